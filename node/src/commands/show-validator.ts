import {
  ConfigError,
  homePaths,
  loadValidatorKey,
  requireNodeHome,
  validatorPublicKeyJson,
} from "#config";

/** The public key that a genesis file holds for this validator, as JSON. */
export function showValidator(home: string): string {
  requireNodeHome(home);
  const key = loadValidatorKey(homePaths(home).validatorKey);
  if (key.kind === "refused") throw new ConfigError([key.error]);
  return JSON.stringify(validatorPublicKeyJson(key.value));
}
