/** What people call a denomination: names, units and decimals, set by genesis. */
import { denomMetadataWire, type DenomMetadata } from "@pyralog/chain/codec";
import type { GenesisNode, Store } from "@pyralog/chain/execution";
import { metadataKey } from "./state-keys.ts";

const exponentMax = 255n;

export function readMetadata(store: Store, denom: string): DenomMetadata | undefined {
  return store.read(metadataKey(denom), denomMetadataWire);
}

export function writeMetadata(store: Store, metadata: DenomMetadata): void {
  store.write(metadataKey(metadata.base), { codec: denomMetadataWire, value: metadata });
}

/** The SDK's rules: the base unit has exponent 0 and comes first, and the display unit is there. */
export function metadataFromGenesis(node: GenesisNode): DenomMetadata {
  const units = [...node.at("denom_units").items()].map((unit) => ({
    denom: unit.at("denom").denom(),
    exponent: exponentOf(unit.at("exponent")),
    aliases: [...unit.at("aliases").items()].map((alias) => alias.text()),
  }));
  const base = node.at("base").denom();
  const display = node.at("display").denom();
  const [first] = units;
  if (first?.denom !== base || first.exponent !== 0) {
    node.at("denom_units").refuse(`write ${base} with exponent 0 first`);
  }
  if (!units.some(({ denom }) => denom === display)) {
    node.at("display").refuse("write one of denom_units");
  }
  const text = (name: string): string => node.at(name).text("");
  return {
    description: text("description"),
    denomUnits: units,
    base,
    display,
    name: text("name"),
    symbol: text("symbol"),
    uri: text("uri"),
    uriHash: text("uri_hash"),
  };
}

function exponentOf(node: GenesisNode): number {
  const exponent = node.whole(0n);
  return exponent <= exponentMax ? Number(exponent) : node.refuse(`write at most ${exponentMax}`);
}
