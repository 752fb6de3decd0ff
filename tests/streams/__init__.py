"""Pure functions of sessions: conversion and position."""
