/** Minutes of wall clock on two cores that each suite may take; `npm test` as a whole has twelve. */
export const budget = {
  check: 1,
  unit: 4,
  simulator: 3,
  e2e: 4,
  test: 12,
  judge: 6,
  ci: 30,
} as const;
