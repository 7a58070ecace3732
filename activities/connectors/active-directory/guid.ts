// The first three groups are stored with their lowest byte first ([MS-DTYP] 2.3.4.2).
const BYTE_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const;

const TEXT = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** The usual text of an `objectGUID`, or `null` when the bytes are none. */
export function guidText(bytes: Buffer): string | null {
  if (bytes.length !== BYTE_ORDER.length) return null;
  const hex = BYTE_ORDER.map((index) => bytes.readUInt8(index).toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Whether a text can be the id of an account in a directory. */
export const isGuid = (text: string): boolean => TEXT.test(text);

/** A search base that names an entry by its id, wherever it has been moved. */
export const guidBase = (guid: string): string => `<GUID=${guid}>`;
