/** Every setting of both files, section by section, in the order in which they are written. */
import { ok, refused } from "@pyralog/chain/base";
import type { Config } from "./config.ts";
import {
  count,
  duration,
  flag,
  initialOf,
  text,
  texts,
  type Place,
  type ReadSetting,
  type Setting,
} from "./setting.ts";
import {
  gasPricesFromConfig,
  logLevelsFromText,
  peersFromText,
  tcpAddressFromText,
  tcpAddressOrNoneFromText,
  type TcpAddress,
} from "./values.ts";

type Values = Omit<Config, "paths">;

/** Asks `read` for each setting once. The order of the calls is the order in the files. */
export function readSettings(read: ReadSetting): Values {
  return {
    general: general(read),
    rpc: rpc(read),
    p2p: p2p(read),
    mempool: mempool(read),
    consensus: consensus(read),
    instrumentation: instrumentation(read),
    app: app(read),
    state: state(read),
  };
}

export interface SettingListed {
  readonly place: Place;
  readonly setting: Setting<unknown>;
}

export function settingsListed(): readonly SettingListed[] {
  const listed: SettingListed[] = [];
  readSettings((place, setting) => {
    listed.push({ place, setting });
    return initialOf(setting);
  });
  return listed;
}

/** What a section says about itself above its first key. */
export const sectionAbout: Readonly<Record<string, string>> = {
  rpc: "What clients ask: JSON-RPC by POST, GET and WebSocket.",
  p2p: "How this node meets the others.",
  mempool: "Transactions that wait for a block. Limits of this node alone.",
  consensus: "How long each step of a round waits. All validators should wait alike.",
  instrumentation: "Prometheus metrics, under CometBFT's names.",
  state: "How much of the past can be asked for.",
};

function general(read: ReadSetting): Values["general"] {
  const place = { file: "config.toml", section: "" } as const;
  return {
    moniker: read(
      place,
      text("moniker", {
        initial: "node",
        about: "A name for people; it need not be unique.",
        wanted: 'write a name of 1 to 70 printable characters, such as "c0n0"',
        parse: (written) =>
          /^[\x20-\x7e]{1,70}$/.test(written) ? ok(written) : refused("is not a name"),
      }),
    ),
    logLevels: read(
      place,
      text("log_level", {
        initial: "info",
        about: "debug, info, warn or error; also per module, as consensus:debug,*:info.",
        wanted: 'write a level such as "info" or "consensus:debug,*:info"',
        parse: logLevelsFromText,
      }),
    ),
  };
}

function rpc(read: ReadSetting): Values["rpc"] {
  const place = { file: "config.toml", section: "rpc" } as const;
  return {
    listen: read(place, address("laddr", { port: 26_657, about: "Where clients connect." })),
    corsAllowedOrigins: read(
      place,
      texts("cors_allowed_origins", {
        initial: [],
        about: 'Origins of web pages that may ask; ["*"] allows every one.',
        wanted: 'write a list such as ["https://wallet.example"]',
        parse: (written) => (written === "" ? refused("holds an empty origin") : ok(written)),
      }),
    ),
    subscriptionClientsMax: read(
      place,
      count("max_subscription_clients", {
        initial: 100,
        about: "WebSocket clients with a subscription, at most.",
      }),
    ),
    subscriptionsPerClientMax: read(
      place,
      count("max_subscriptions_per_client", { initial: 5, about: "For each of them, at most." }),
    ),
    broadcastCommitTimeoutMs: read(
      place,
      duration("timeout_broadcast_tx_commit", {
        initial: "10s",
        about: "How long broadcast_tx_commit waits for the block.",
        minMs: 1,
      }),
    ),
    batchRequestsMax: read(
      place,
      count("max_request_batch_size", {
        initial: 100,
        about: "Requests in one batch, at most.",
        min: 1,
      }),
    ),
    bodyBytesMax: read(
      place,
      count("max_body_bytes", {
        initial: 1_000_000,
        about: "Bytes of one request, at most.",
        min: 1,
        max: 16 * 1024 * 1024,
      }),
    ),
  };
}

function p2p(read: ReadSetting): Values["p2p"] {
  const place = { file: "config.toml", section: "p2p" } as const;
  return {
    listen: read(place, address("laddr", { port: 26_656, about: "Where peers connect." })),
    external: read(
      place,
      text<TcpAddress | undefined>("external_address", {
        initial: "",
        about: "What peers are told to dial, if not laddr.",
        wanted: 'write "HOST:PORT", or "" for none',
        parse: tcpAddressOrNoneFromText,
      }),
    ),
    persistentPeers: read(
      place,
      text("persistent_peers", {
        initial: "",
        about: "Peers to stay connected to: NODE_ID@HOST:PORT, separated by commas.",
        wanted: 'write "NODE_ID@HOST:PORT,…" with what `pyralogd show-node-id` prints there',
        parse: peersFromText,
      }),
    ),
    inboundPeersMax: read(
      place,
      count("max_num_inbound_peers", {
        initial: 40,
        about: "Peers that dialled us, at most.",
        max: 64,
      }),
    ),
    outboundPeersMax: read(
      place,
      count("max_num_outbound_peers", { initial: 10, about: "Peers that we dialled, at most." }),
    ),
  };
}

function mempool(read: ReadSetting): Values["mempool"] {
  const place = { file: "config.toml", section: "mempool" } as const;
  return {
    txsMax: read(
      place,
      count("size", { initial: 5000, about: "Transactions, at most.", min: 1, max: 8192 }),
    ),
    bytesMax: read(
      place,
      count("max_txs_bytes", { initial: 1_073_741_824, about: "Bytes of all, at most.", min: 1 }),
    ),
    txBytesMax: read(
      place,
      count("max_tx_bytes", {
        initial: 1_048_576,
        about: "Bytes of one, at most.",
        min: 1,
        max: 1_048_576,
      }),
    ),
    cacheSize: read(
      place,
      count("cache_size", { initial: 10_000, about: "Remembered hashes of transactions seen." }),
    ),
    txsPerSenderMax: read(
      place,
      count("max_txs_per_sender", {
        initial: 1000,
        about: "Waiting transactions of one account, at most.",
        min: 1,
      }),
    ),
    recheck: read(
      place,
      flag("recheck", { initial: true, about: "Check what still waits again after each block." }),
    ),
  };
}

function wait(name: string, initial: string): Setting<number> {
  return duration(name, { initial, about: "", minMs: name.endsWith("_delta") ? 0 : 1 });
}

function consensus(read: ReadSetting): Values["consensus"] {
  const place = { file: "config.toml", section: "consensus" } as const;
  return {
    proposeTimeoutMs: read(place, {
      ...wait("timeout_propose", "3s"),
      about: "How long a proposal is awaited before a nil prevote; grows by the delta each round.",
    }),
    proposeTimeoutDeltaMs: read(place, wait("timeout_propose_delta", "500ms")),
    prevoteTimeoutMs: read(place, wait("timeout_prevote", "1s")),
    prevoteTimeoutDeltaMs: read(place, wait("timeout_prevote_delta", "500ms")),
    precommitTimeoutMs: read(place, wait("timeout_precommit", "1s")),
    precommitTimeoutDeltaMs: read(place, wait("timeout_precommit_delta", "500ms")),
    commitTimeoutMs: read(
      place,
      duration("timeout_commit", {
        initial: "1s",
        about: "How long after a decision the next height begins: about the block interval.",
      }),
    ),
  };
}

function instrumentation(read: ReadSetting): Values["instrumentation"] {
  const place = { file: "config.toml", section: "instrumentation" } as const;
  return {
    prometheus: read(place, flag("prometheus", { initial: true, about: "Serve /metrics." })),
    listen: read(
      place,
      address("prometheus_listen_addr", { port: 26_660, about: "Where Prometheus connects." }),
    ),
    namespace: read(
      place,
      text("namespace", {
        initial: "cometbft",
        about: "What each metric's name begins with.",
        wanted: 'write letters, digits and _, such as "cometbft"',
        parse: (written) =>
          /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(written) ? ok(written) : refused("is not a name"),
      }),
    ),
  };
}

function app(read: ReadSetting): Values["app"] {
  const place = { file: "app.toml", section: "" } as const;
  return {
    gasPricesMin: read(
      place,
      text("minimum-gas-prices", {
        initial: "1000000000apyr",
        about: "The least price of a unit of gas that this node lets into its pool.",
        wanted: 'write a price such as "1000000000apyr", or "" for none',
        parse: gasPricesFromConfig,
      }),
    ),
    blocksKeptMin: read(
      place,
      count("min-retain-blocks", {
        initial: 0,
        about: "Blocks kept, besides those that evidence may be about; 0 keeps all.",
      }),
    ),
  };
}

function state(read: ReadSetting): Values["state"] {
  const place = { file: "app.toml", section: "state" } as const;
  return {
    versionsMax: read(
      place,
      count("versions", {
        initial: 100,
        about: "Heights whose state can be asked for and proven.",
        min: 2,
        max: 100_000,
      }),
    ),
  };
}

function address(
  name: string,
  options: { readonly port: number; readonly about: string },
): Setting<TcpAddress> {
  const initial = `tcp://127.0.0.1:${options.port}`;
  return text(name, {
    initial,
    about: options.about,
    wanted: `write an address such as "${initial}"`,
    parse: tcpAddressFromText,
  });
}
