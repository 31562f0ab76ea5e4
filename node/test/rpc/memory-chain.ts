/**
 * A chain of one validator in memory, with CometBFT's built-in kvstore as its application: what the
 * RPC is asked about in tests, and the original's twin where both are asked the same.
 */
import type { CheckTxResponse, QueryRequest, QueryResponse } from "@pyralog/chain/abci";
import { bytesFromText, equalBytes, hexFromBytes, ok, refused } from "@pyralog/chain/base";
import type { RoundState } from "@pyralog/chain/consensus";
import { createNativeCrypto } from "@pyralog/chain/crypto";
import { matchesQuery, type FlatEvents } from "@pyralog/chain/query";
import {
  blockIdOf,
  commitFromVotes,
  consensusParamsDefault,
  createHeight,
  createPower,
  createRound,
  createTime,
  createValidatorSet,
  emptyCommit,
  encodeBlock,
  genesisToText,
  hashCommit,
  hashConsensusParams,
  hashEvidence,
  hashResults,
  hashTxs,
  hashValidatorSet,
  nil,
  txHash,
  validatorAddress,
  voteSignBytes,
  type Block,
  type BlockId,
  type BlockResults,
  type ChainEvent,
  type Commit,
  type Height,
  type PublicKey,
  type TxResult,
  type Vote,
} from "@pyralog/chain/types";
import type { IndexedTx, NodeEvent, Page, RpcBackend, Search } from "#rpc";

interface Stored {
  readonly block: Block;
  readonly blockId: BlockId;
  readonly results: BlockResults;
  readonly seenCommit: Commit;
}

const crypto = createNativeCrypto();
const secretKey = new Uint8Array(32).fill(7);
const key: PublicKey = { type: "ed25519", bytes: crypto.ed25519PublicKey(secretKey) };
const validators = createValidatorSet([{ publicKey: key, power: createPower(10n) }]);
const address = validatorAddress(key);
const startSeconds = 1_700_000_000n;
const txBytesMax = 1_048_576;

export class MemoryChain {
  readonly backend: RpcBackend;
  /** Set by tests to see what a syncing node answers. */
  syncing = false;
  readonly chainId: string;
  readonly #stored: Stored[] = [];
  readonly #values = new Map<string, Uint8Array>();
  readonly #waiting: Uint8Array[] = [];
  readonly #seen = new Set<string>();
  readonly #indexed: { readonly found: IndexedTx; readonly flat: FlatEvents }[] = [];
  readonly #listeners = new Set<(event: NodeEvent) => void>();
  readonly #now: () => bigint;

  constructor(options: { readonly chainId?: string; readonly now?: () => bigint } = {}) {
    this.chainId = options.chainId ?? "memory-chain";
    this.#now = options.now ?? (() => (startSeconds + this.height) * 1_000_000_000n);
    this.backend = this.#createBackend();
  }

  get height(): bigint {
    return BigInt(this.#stored.length);
  }

  /** Puts what waits into the next block. */
  produce(): void {
    const txs = this.#waiting.splice(0);
    const txResults = txs.map((tx) => this.#execute(tx));
    const block = this.#build(txs);
    const { blockId } = blockIdOf(block);
    const results = { events: [], txResults, validatorUpdates: [], appHash: this.#appHash() };
    const seenCommit = this.#commitOf(block, blockId);
    this.#stored.push({ block, blockId, results, seenCommit });
    for (const [index, tx] of txs.entries()) {
      const result = txResults[index] ?? noResult;
      const found = { height: block.header.height, index, tx, result };
      this.#indexed.push({ found, flat: flatOf(found) });
    }
    this.emit({ kind: "block-committed", block, blockId, results, validatorUpdates: [] });
  }

  emit(event: NodeEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  #build(txs: readonly Uint8Array[]): Block {
    const last = this.#stored.at(-1);
    const lastCommit = last?.seenCommit ?? emptyCommit;
    const validatorsHash = hashValidatorSet(validators);
    const header = {
      version: { block: 11n, app: 1n },
      chainId: this.chainId,
      height: createHeight(this.height + 1n),
      time: createTime(this.#now()),
      lastBlockId: last?.blockId ?? nil,
      lastCommitHash: hashCommit(lastCommit),
      dataHash: hashTxs(txs),
      validatorsHash,
      nextValidatorsHash: validatorsHash,
      consensusHash: hashConsensusParams(consensusParamsDefault),
      appHash: last?.results.appHash ?? new Uint8Array(8),
      lastResultsHash: hashResults(last?.results.txResults ?? []),
      evidenceHash: hashEvidence([]),
      proposerAddress: address,
    };
    return { header, txs, evidence: [], lastCommit };
  }

  #commitOf(block: Block, blockId: BlockId): Commit {
    const { height, time } = block.header;
    const unsigned = {
      type: "precommit",
      height,
      round: createRound(0),
      blockId,
      time,
      validatorAddress: address,
      validatorIndex: 0,
      extension: new Uint8Array(0),
      extensionSignature: new Uint8Array(0),
    } as const;
    const message = voteSignBytes({ chainId: this.chainId, vote: unsigned });
    const vote: Vote = { ...unsigned, signature: crypto.signEd25519({ secretKey, message }) };
    return commitFromVotes({ height, round: createRound(0), blockId, votes: [vote] });
  }

  #check(tx: Uint8Array): CheckTxResponse {
    const valid = /^[^:=]+[:=][^:=]+$/.test(textOf(tx));
    return { ...noResult, code: valid ? 0 : 2, gasWanted: valid ? 1n : 0n };
  }

  #execute(tx: Uint8Array): TxResult {
    const [name = "", value = ""] = textOf(tx).split(/[:=]/);
    this.#values.set(name, bytesFromText(value));
    const events = [eventOf("Cosmoshi Netowoko", name), eventOf("Cosmoshi", value)];
    return { ...noResult, events };
  }

  /** The number of keys as the kvstore writes it. */
  #appHash(): Uint8Array {
    const hash = new Uint8Array(8);
    hash[0] = this.#values.size * 2;
    return hash;
  }

  #query({ data, prove }: QueryRequest): QueryResponse {
    const value = this.#values.get(textOf(data));
    return {
      code: 0,
      log: value === undefined ? "does not exist" : "exists",
      info: "",
      index: prove ? -1n : 0n,
      key: data,
      value: value ?? new Uint8Array(0),
      proofOps: [],
      height: createHeight(this.height),
      codespace: "",
    };
  }

  #createBackend(): RpcBackend {
    const at = (height: Height): Stored | undefined => this.#stored[Number(height) - 1];
    return {
      blocks: {
        base: () => createHeight(this.#stored.length === 0 ? 0n : 1n),
        height: () => createHeight(this.height),
        block: (height) => at(height)?.block,
        meta: (height) => {
          const stored = at(height);
          if (stored === undefined) return undefined;
          const { block, blockId } = stored;
          const sizeBytes = encodeBlock(block).length;
          return { blockId, header: block.header, sizeBytes, txCount: block.txs.length };
        },
        heightOf: (hash) =>
          this.#stored.find(({ blockId }) => equalBytes(blockId.hash, hash))?.block.header.height,
        commit: (height) => at(createHeight(height + 1n))?.block.lastCommit,
        seenCommit: (height) => at(height)?.seenCommit,
      },
      states: {
        results: (height) => at(height)?.results,
        validators: () => validators,
        consensusParams: () => consensusParamsDefault,
      },
      index: {
        tx: (hash) => this.#indexed.find(({ found }) => equalBytes(txHash(found.tx), hash))?.found,
        searchTxs: (search) => this.#searchTxs(search),
        searchBlocks: (search) => this.#searchBlocks(search),
      },
      pool: {
        count: () => this.#waiting.length,
        bytes: () => this.#waiting.reduce((sum, tx) => sum + tx.length, 0),
        txs: (limit) => this.#waiting.slice(0, limit),
        submit: (tx) => Promise.resolve({ outcome: this.#submit(tx) }),
      },
      application: {
        info: () => ({
          data: `{"size":${String(this.#values.size)}}`,
          version: "2.0.0",
          appVersion: 1n,
          lastBlockHeight: createHeight(this.height),
          lastBlockAppHash: this.#appHash(),
        }),
        query: (request) => this.#query(request),
        check: (tx) => this.#check(tx),
      },
      node: this.#createNode(),
    };
  }

  #createNode(): RpcBackend["node"] {
    return {
      genesis: () =>
        genesisToText({
          genesisTime: createTime(startSeconds * 1_000_000_000n),
          chainId: this.chainId,
          initialHeight: createHeight(1n),
          consensusParams: consensusParamsDefault,
          validators: [{ address, publicKey: key, power: createPower(10n), name: "" }],
          appHash: new Uint8Array(0),
          appState: "",
        }),
      info: () => ({
        protocol: { p2p: 8n, block: 11n, app: 1n },
        id: hexFromBytes(address),
        listenAddress: "tcp://127.0.0.1:26656",
        network: this.chainId,
        version: "0.38.25",
        channels: Uint8Array.of(0x40, 0x20, 0x21, 0x22, 0x23, 0x30, 0x38),
        moniker: "memory",
        other: { tx_index: "on", rpc_address: "tcp://127.0.0.1:26657" },
      }),
      validatorKey: () => key,
      syncing: () => this.syncing,
      listening: () => true,
      listeners: () => ["Listener(@)"],
      peers: () => [],
      peerRounds: () => [],
      round: () => this.#round(),
      addEvidence: () => refused({ message: "not of this chain" }),
      subscribe: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    };
  }

  #round(): RoundState {
    return {
      height: createHeight(this.height + 1n),
      round: createRound(0),
      step: "new-height",
      startTime: createTime(this.#now()),
      validators,
      proposer: validators.proposer,
      proposalOf: () => undefined,
      proposalParts: undefined,
      partsOf: () => undefined,
      wanted: [],
      locked: nil,
      valid: nil,
      rounds: [],
      votesOf: () => undefined,
      lastCommit: undefined,
    };
  }

  #submit(tx: Uint8Array): Awaited<ReturnType<RpcBackend["pool"]["submit"]>>["outcome"] {
    if (tx.length > txBytesMax) {
      const message = `Tx too large. Max size is ${txBytesMax}, but got ${tx.length}`;
      return refused({ message });
    }
    const name = hexFromBytes(txHash(tx));
    if (this.#seen.has(name)) return refused({ message: "tx already exists in cache" });
    const checked = this.#check(tx);
    if (checked.code === 0) {
      this.#seen.add(name);
      this.#waiting.push(tx);
    }
    return ok(checked);
  }

  #searchTxs(search: Search): Page<IndexedTx> {
    const all = this.#indexed.filter(({ flat }) => matchesQuery(search.query, flat));
    return pageOf(
      all.map(({ found }) => found),
      search,
    );
  }

  #searchBlocks(search: Search): Page<Height> {
    const all = this.#stored
      .map(({ block }) => block.header.height)
      .filter((height) => {
        const flat = new Map([["block.height", [String(height)]]]);
        return matchesQuery(search.query, flat);
      });
    return pageOf(all, search);
  }
}

const noResult: TxResult = {
  code: 0,
  data: new Uint8Array(0),
  log: "",
  info: "",
  gasWanted: 0n,
  gasUsed: 0n,
  events: [],
  codespace: "",
};

function pageOf<Hit>(ascending: readonly Hit[], { order, skip, limit }: Search): Page<Hit> {
  const ordered = order === "ascending" ? ascending : ascending.toReversed();
  return { total: ordered.length, hits: ordered.slice(skip, skip + limit) };
}

function eventOf(creator: string, value: string): ChainEvent {
  return {
    type: "app",
    attributes: [
      { key: "creator", value: creator, index: true },
      { key: "key", value, index: true },
      { key: "index_key", value: "index is working", index: true },
      { key: "noindex_key", value: "index is working", index: false },
    ],
  };
}

function flatOf({ height, tx, result }: IndexedTx): FlatEvents {
  const flat = new Map([
    ["tx.height", [String(height)]],
    ["tx.hash", [hexFromBytes(txHash(tx)).toUpperCase()]],
  ]);
  for (const { type, attributes } of result.events) {
    for (const attribute of attributes.filter(({ index }) => index)) {
      const name = `${type}.${attribute.key}`;
      flat.set(name, [...(flat.get(name) ?? []), attribute.value]);
    }
  }
  return flat;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
