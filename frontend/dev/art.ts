/** Invented posters, drawn as SVG: the mock server's pictures. */

const PALETTES = [
  ["#4a2a5e", "#8c3a6a", "#d97f0f", "#f7e6c0"],
  ["#0f4c5a", "#1f7d80", "#e0e6de", "#c44a5b"],
  ["#7fa895", "#3c3a58", "#b87f6b", "#f2e3d5"],
  ["#24445c", "#0f2233", "#7a3b2c", "#ffffff"],
  ["#4a0f1c", "#2a0a12", "#d58a1c", "#f0d9a8"],
  ["#5c6b3a", "#a98f4a", "#2e3a1a", "#f2efe2"],
  ["#2c4f7c", "#4d86b3", "#c9553f", "#f3c57a"],
  ["#0d3d44", "#d6a24a", "#06171c", "#f05a5a"],
  ["#3f4a75", "#c8883c", "#e6e0d2", "#22304f"],
];

/** Return a poster for a seed; the same for the same seed. */
export function poster(seed: string, width: number, height: number): string {
  let hash = 7;
  for (const char of seed) {
    hash = (hash * 31 + char.charCodeAt(0)) >>> 0;
  }
  const [a, b, c, d] = PALETTES[hash % PALETTES.length]!;
  const kind = (hash >> 4) % 4;
  const w = width;
  const h = height;
  const shapes = [
    `<circle cx="${w * 0.7}" cy="${h * 0.24}" r="${w * 0.13}" fill="${d}"/>` +
      [0.12, 0.34, 0.56, 0.78]
        .map(
          (x, i) =>
            `<rect x="${w * x}" y="${h * (0.35 + ((hash >> i) % 4) * 0.1)}" width="${w * 0.16}" height="${h}" fill="${i % 2 ? c : "#0007"}"/>`,
        )
        .join(""),
    [0, 1, 2, 3, 4, 5]
      .map(
        (i) =>
          `<circle cx="${(i % 3) * w * 0.42}" cy="${Math.floor(i / 3) * h * 0.5 + h * 0.2}" r="${w * 0.24}" fill="${i % 2 ? c : d}" opacity=".85"/>`,
      )
      .join(""),
    [0.95, 0.75, 0.55, 0.35]
      .map(
        (r, i) =>
          `<circle cx="${w}" cy="${h}" r="${w * r * 1.2}" fill="${[b, c, d, a][i]}" opacity=".9"/>`,
      )
      .join(""),
    `<circle cx="${w / 2}" cy="${h * 0.4}" r="${w * 0.28}" fill="${d}"/>` +
      `<path d="M0 ${h * 0.62} Q ${w * 0.3} ${h * 0.5} ${w * 0.6} ${h * 0.65} T ${w} ${h * 0.6} V ${h} H 0Z" fill="${c}"/>` +
      `<path d="M0 ${h * 0.78} Q ${w * 0.4} ${h * 0.68} ${w} ${h * 0.8} V ${h} H 0Z" fill="#0009"/>`,
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">
    <defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop stop-color="${b}"/><stop offset="1" stop-color="${a}"/></linearGradient></defs>
    <rect width="${w}" height="${h}" fill="url(#g)"/>${shapes[kind]}</svg>`;
}
