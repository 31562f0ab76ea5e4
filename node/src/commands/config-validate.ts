import { checkNode, ConfigError, settingsListed } from "#config";
import { checkGenesis } from "#app";

/** One line when all is right. @throws ConfigError with every mistake otherwise. */
export function validateConfig(home: string): string {
  const { setup, mistakes } = checkNode({ home, environment: process.env, checkGenesis });
  const [first, ...rest] = mistakes;
  if (first !== undefined) throw new ConfigError([first, ...rest]);
  const settings = settingsListed().length;
  return `${home}: ${settings} settings, genesis of ${setup?.genesis.chainId} and both keys are right`;
}
