import {
  AddRequest,
  Attribute,
  BerReader,
  BerWriter,
  BindRequest,
  ControlParser,
  ExtendedRequest,
  ModifyDNRequest,
  ModifyRequest,
  PagedResultsControl,
  ProtocolOperation,
} from 'ldapts';
import type { PagedResultsValue } from 'ldapts';

import { readFilter, readUntil } from './filter.js';
import type { Filter } from './filter.js';
import type { ResultCode } from './ldap-result.js';

/** What a search asks for. */
export interface SearchRequest {
  readonly base: string;
  readonly scope: 'base' | 'one' | 'sub';
  /** 0 = none. */
  readonly sizeLimit: number;
  readonly filter: Filter;
  readonly attributes: readonly string[];
  readonly paging: PagedResultsValue | null;
}

/** Values of one attribute as bytes. */
export interface AttributeValues {
  readonly type: string;
  readonly values: readonly Buffer[];
}

/** One change of a modify request. */
export interface AttributeChange extends AttributeValues {
  readonly operation: 'add' | 'delete' | 'replace';
}

/** A request, as far as the directory knows it. */
export type LdapRequest =
  | { readonly kind: 'bind'; readonly dn: string; readonly password: string }
  | { readonly kind: 'bindOther' | 'unbind' | 'abandon' }
  | { readonly kind: 'search'; readonly search: SearchRequest }
  | { readonly kind: 'add'; readonly dn: string; readonly attributes: readonly AttributeValues[] }
  | { readonly kind: 'modify'; readonly dn: string; readonly changes: readonly AttributeChange[] }
  | { readonly kind: 'delete'; readonly dn: string }
  | { readonly kind: 'rename'; readonly dn: string; readonly newRdn: string; readonly newSuperior: string }
  | { readonly kind: 'extended'; readonly oid: string }
  | { readonly kind: 'unknown'; readonly operation: number };

/** A request with the number that its answers carry. */
export interface NumberedRequest {
  readonly id: number;
  readonly request: LdapRequest;
}

const SCOPES = ['base', 'one', 'sub', 'sub'] as const;

const LARGEST_MESSAGE_BYTES = 16_777_216;

/**
 * The first whole message of the bytes received so far, and what follows it; null when more has to come.
 *
 * @throws Error for a message larger than 16 MiB, or a length that is none
 */
export function takeMessage(received: Buffer): { readonly message: Buffer; readonly rest: Buffer } | null {
  const reader = new BerReader(received);
  if (reader.readSequence() === null) return null;
  const end = reader.offset + reader.length;
  if (reader.length < 0 || end > LARGEST_MESSAGE_BYTES) throw new Error('The message is too large.');
  return end > received.length ? null : { message: received.subarray(0, end), rest: received.subarray(end) };
}

/** @throws Error when the bytes are no LDAP message */
export function decodeRequest(message: Buffer): NumberedRequest {
  const reader = new BerReader(message);
  reader.readSequence();
  const id = reader.readInt();
  const operation = reader.readSequence();
  if (id === null || operation === null) throw new Error('The message has no number or no operation.');
  return { id, request: decodeOperation(reader, operation) };
}

function decodeOperation(reader: BerReader, operation: number): LdapRequest {
  const of = { messageId: 0 };
  switch (operation) {
    case ProtocolOperation.LDAP_REQ_BIND:
      return decodeBind(reader);
    case ProtocolOperation.LDAP_REQ_UNBIND:
      return { kind: 'unbind' };
    case ProtocolOperation.LDAP_REQ_ABANDON:
      return { kind: 'abandon' };
    case ProtocolOperation.LDAP_REQ_SEARCH:
      return { kind: 'search', search: decodeSearch(reader) };
    case ProtocolOperation.LDAP_REQ_ADD: {
      const parsed = new AddRequest({ ...of, dn: '' });
      parsed.parse(reader, []);
      return { kind: 'add', dn: parsed.dn, attributes: parsed.attributes.map(valuesOf) };
    }
    case ProtocolOperation.LDAP_REQ_MODIFY: {
      const parsed = new ModifyRequest(of);
      parsed.parse(reader, []);
      const changes = parsed.changes.map((change) => ({
        ...valuesOf(change.modification),
        operation: change.operation,
      }));
      return { kind: 'modify', dn: parsed.dn, changes };
    }
    case ProtocolOperation.LDAP_REQ_DELETE:
      return { kind: 'delete', dn: reader.buffer.subarray(reader.offset, reader.offset + reader.length).toString() };
    case ProtocolOperation.LDAP_REQ_MODRDN: {
      const parsed = new ModifyDNRequest(of);
      parsed.parse(reader, []);
      return { kind: 'rename', dn: parsed.dn, newRdn: parsed.newRdn, newSuperior: parsed.newSuperior };
    }
    case ProtocolOperation.LDAP_REQ_EXTENSION: {
      const parsed = new ExtendedRequest(of);
      parsed.parse(reader, []);
      return { kind: 'extended', oid: parsed.oid };
    }
    default:
      return { kind: 'unknown', operation };
  }
}

function decodeBind(reader: BerReader): LdapRequest {
  const parsed = new BindRequest({ messageId: 0 });
  try {
    parsed.parseMessage(reader);
  } catch {
    // The library knows the simple method only.
    return { kind: 'bindOther' };
  }
  return { kind: 'bind', dn: parsed.dn, password: parsed.password };
}

const valuesOf = (attribute: Attribute): AttributeValues => ({
  type: attribute.type,
  values: attribute.parsedBuffers,
});

function decodeSearch(reader: BerReader): SearchRequest {
  const base = reader.readString() ?? '';
  const scope = SCOPES[reader.readEnumeration() ?? 0] ?? 'base';
  reader.readEnumeration();
  const sizeLimit = reader.readInt() ?? 0;
  reader.readInt();
  reader.readBoolean();
  const filter = readFilter(reader);
  reader.readSequence();
  const attributes = readUntil(reader, reader.offset + reader.length, (at) => at.readString() ?? '');
  return { base, scope, sizeLimit, filter, attributes, paging: readPaging(reader) };
}

function readPaging(reader: BerReader): PagedResultsValue | null {
  if (reader.peek() !== ProtocolOperation.LDAP_CONTROLS) return null;
  reader.readSequence();
  const controls = readUntil(reader, reader.offset + reader.length, (at) => ControlParser.parse(at, []));
  const paging = controls.find((control) => control instanceof PagedResultsControl);
  return paging?.value ?? null;
}

/** The outcome of an operation, as its answer carries it. */
export interface LdapResult {
  readonly code: ResultCode;
  readonly text: string;
  /** Cookie of the next page; empty = the last one. Null = the search was not paged. */
  readonly cookie?: Buffer | null;
  /** Name and value of an extended answer. */
  readonly oid?: string;
  readonly value?: string;
}

/** The answer that ends an operation. `tag` is the operation's own answer tag. */
export function encodeResult(id: number, tag: number, result: LdapResult): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(tag);
  writer.writeEnumeration(result.code);
  writer.writeString('');
  writer.writeString(result.text);
  if (result.oid !== undefined) writer.writeString(result.oid, 0x8a);
  if (result.value !== undefined) writer.writeString(result.value, 0x8b);
  writer.endSequence();
  if (result.cookie !== undefined && result.cookie !== null) {
    writer.startSequence(ProtocolOperation.LDAP_CONTROLS);
    new PagedResultsControl({ value: { size: 0, cookie: result.cookie } }).write(writer);
    writer.endSequence();
  }
  writer.endSequence();
  return writer.buffer;
}

/** One entry that a search found. */
export function encodeEntry(
  id: number,
  dn: string,
  attributes: readonly { readonly type: string; readonly values: readonly string[] | readonly Buffer[] }[],
): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(ProtocolOperation.LDAP_RES_SEARCH_ENTRY);
  writer.writeString(dn);
  writer.startSequence();
  for (const { type, values } of attributes) {
    new Attribute({ type, values: [...values] as string[] | Buffer[] }).write(writer);
  }
  writer.endSequence();
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}
