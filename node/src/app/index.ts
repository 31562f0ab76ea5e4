/**
 * The composition of the application: which modules this network has, in which order they run, and
 * who gets whose keeper. It is pure; state, crypto and options are handed in.
 */
export { checkGenesis, type GenesisProblem } from "./check-genesis.ts";
export { createApplication, type ApplicationOptions } from "./create-application.ts";
export { genesisAppState, type GenesisParts } from "./genesis-app-state.ts";
