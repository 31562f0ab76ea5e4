/**
 * Twins: engines alone, without disk, gossip or time, under every schedule of one height in which
 * the network falls into two sides and some validators are there twice.
 */
export { exploreTwins, schedulesCount, type TwinsOptions, type TwinsReport } from "./explore.ts";
