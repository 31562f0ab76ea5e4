import { checkNode, ConfigError, settingsListed } from "#config";
import { checkGenesis } from "#app";

/** One line when all is right. @throws ConfigError with every mistake otherwise. */
export function validateConfig(home: string): string {
  const { setup, mistakes } = checkNode({ home, environment: process.env, checkGenesis });
  const [first, ...rest] = mistakes;
  if (first !== undefined) throw new ConfigError([first, ...rest]);
  const settings = settingsListed().length;
  const chainId = setup?.genesis.chainId ?? "";
  return `${home}: ${settings} settings, the genesis of ${chainId} and both keys are right`;
}
