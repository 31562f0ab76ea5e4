const fromCharCode: (...codes: readonly number[]) => string = String.fromCharCode;

/** A hash as a map key: one Latin-1 character a byte, the densest string there is. */
export function keyFromHash(hash: Uint8Array): string {
  // A spread would walk an iterator, which takes six times as long.
  return Reflect.apply(fromCharCode, undefined, hash);
}

export function hashFromKey(key: string): Uint8Array {
  return Uint8Array.from(key, (letter) => letter.charCodeAt(0));
}
