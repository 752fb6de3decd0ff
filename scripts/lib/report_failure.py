"""Open an issue about the nightly jobs that failed, or comment on the one that is open.

Environment: NEEDS is the workflow's `needs` as JSON, RUN_URL the page of the run, GH_TOKEN what
`gh` logs in with.
"""

from json import loads
import os
import shutil
import subprocess
import sys

TITLE = "The nightly run fails"


def gh(*arguments: str) -> str:
    """Return what GitHub's command prints."""
    command = shutil.which("gh")
    if command is None:
        sys.exit("gh is missing: https://cli.github.com/")
    return subprocess.run(  # noqa: S603 - no shell; the jobs' names are the workflow's own
        (command, *arguments), check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def main() -> None:
    """Report the jobs whose result is a failure; do nothing if there are none."""
    failed = [job for job, end in loads(os.environ["NEEDS"]).items() if end["result"] == "failure"]
    if not failed:
        return
    body = f"Failed: {', '.join(failed)}. See {os.environ['RUN_URL']}"
    found = gh("issue", "list", "--state", "open", "--search", TITLE, "--json", "number,title")
    # The search is for words; only this very title is this issue.
    numbers = [issue["number"] for issue in loads(found) if issue["title"] == TITLE]
    if numbers:
        gh("issue", "comment", str(numbers[0]), "--body", body)
    else:
        gh("issue", "create", "--title", TITLE, "--body", body)


if __name__ == "__main__":
    main()
