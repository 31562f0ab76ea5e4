/**
 * What one operator decides: files, environment and flags become one frozen `Config`, and the two
 * key files become keys. Every mistake is refused with the file, the key, the value and the
 * remedy, before anything is written. What all operators agree on is genesis: its file is read
 * here too, but what it means is judged by `chain/types` and by the application.
 */
export {
  ConfigError,
  lineFromMistake,
  type ConfigErrorCode,
  type Mistake,
} from "./config-error.ts";
export type {
  AppConfig,
  Config,
  ConsensusConfig,
  GeneralConfig,
  InstrumentationConfig,
  MempoolConfig,
  P2pConfig,
  RpcConfig,
  StateConfig,
} from "./config.ts";
export { createHome, type NewHome } from "./create-home.ts";
export { homePaths, nodesOfNetworkHome, resolveHome, type HomePaths } from "./home.ts";
export {
  createNodeKey,
  createValidatorKey,
  jsonFromNodeKey,
  jsonFromValidatorKey,
  loadNodeKey,
  loadValidatorKey,
  validatorPublicKeyJson,
  type NodeKey,
  type ValidatorKey,
} from "./keys.ts";
export { checkConfig, loadConfig, type ConfigSources } from "./load-config.ts";
export {
  checkNode,
  loadNode,
  requireNodeHome,
  type GenesisProblem,
  type NodeSetup,
  type NodeSources,
} from "./load-node.ts";
export { settingKey } from "./setting.ts";
export { settingsListed } from "./settings.ts";
export { tomlFromSettings, type Overrides } from "./toml.ts";
export {
  isLoopback,
  textFromPeerAddress,
  textFromTcpAddress,
  type PeerAddress,
  type TcpAddress,
} from "./values.ts";
