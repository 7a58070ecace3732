import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { SecureContext } from 'node:tls';

import { ProtocolOperation } from 'ldapts';

import type { DirectoryState } from './directory-state.js';
import { LdapRefusal, ResultCode } from './ldap-result.js';
import { decodeRequest, encodeEntry, encodeResult, takeMessage } from './protocol.js';
import type { LdapRequest, LdapResult, NumberedRequest } from './protocol.js';
import { Session } from './session.js';

const START_TLS = '1.3.6.1.4.1.1466.20037';
const WHO_AM_I = '1.3.6.1.4.1.4203.1.11.3';

const ANSWER_TAGS: Partial<Record<LdapRequest['kind'], number>> = {
  bind: ProtocolOperation.LDAP_RES_BIND,
  bindOther: ProtocolOperation.LDAP_RES_BIND,
  search: ProtocolOperation.LDAP_RES_SEARCH,
  add: ProtocolOperation.LDAP_RES_ADD,
  modify: ProtocolOperation.LDAP_RES_MODIFY,
  delete: ProtocolOperation.LDAP_RES_DELETE,
  rename: ProtocolOperation.LDAP_RES_MODRDN,
};

/** Serves one client until it leaves. Requests are worked on one after another, in the order in which they come. */
export function serveConnection(socket: Socket, state: DirectoryState, context: SecureContext): void {
  const session = new Session(state);
  let stream: Socket = socket;
  let received: Buffer = Buffer.alloc(0);

  const onData = (data: Buffer): void => {
    received = received.length === 0 ? data : Buffer.concat([received, data]);
    try {
      for (let next = takeMessage(received); next !== null; next = takeMessage(received)) {
        received = next.rest;
        handle(decodeRequest(next.message));
      }
    } catch {
      // Bytes that are no LDAP: a server says nothing and hangs up (RFC 4511, 5.3).
      stream.destroy();
    }
  };

  const handle = ({ id, request }: NumberedRequest): void => {
    if (request.kind === 'unbind') {
      stream.end();
      return;
    }
    if (request.kind === 'abandon') return;
    if (request.kind === 'extended' && request.oid === START_TLS) {
      startTls(id);
      return;
    }
    const fault = state.takeFault(request.kind);
    if (fault?.kind === 'cut') {
      stream.destroy();
      return;
    }
    const answers =
      fault?.kind === 'busy'
        ? [encodeResult(id, answerTag(request), { code: ResultCode.Busy, text: '00002024: SvcErr: busy, data 0' })]
        : answer(session, id, request, stream instanceof TLSSocket);
    if (fault?.kind === 'cut-after') stream.destroy();
    else stream.write(Buffer.concat(answers));
  };

  const startTls = (id: number): void => {
    const result = { code: ResultCode.Success, text: '', oid: START_TLS };
    const isEncrypted = stream instanceof TLSSocket;
    const refused = { ...result, code: ResultCode.OperationsError, text: '00000000: LdapErr: TLS is on already' };
    stream.write(encodeResult(id, ProtocolOperation.LDAP_RES_EXTENSION, isEncrypted ? refused : result));
    if (isEncrypted) return;
    socket.removeListener('data', onData);
    stream = new TLSSocket(socket, { isServer: true, secureContext: context });
    listen();
  };

  const listen = (): void => {
    stream.on('data', onData);
    // A client that hangs up in the middle ends its own connection and nothing else.
    stream.on('error', () => stream.destroy());
  };

  socket.setNoDelay(true);
  listen();
}

const answerTag = ({ kind }: LdapRequest): number => ANSWER_TAGS[kind] ?? ProtocolOperation.LDAP_RES_EXTENSION;

function answer(session: Session, id: number, request: LdapRequest, isEncrypted: boolean): Buffer[] {
  try {
    if (request.kind === 'search') {
      const { entries, result } = session.search(request.search);
      return [
        ...entries.map(({ dn, attributes }) => encodeEntry(id, dn, attributes)),
        encodeResult(id, answerTag(request), result),
      ];
    }
    return [encodeResult(id, answerTag(request), perform(session, request, isEncrypted))];
  } catch (error) {
    // A fault of the simulation itself must be seen by whoever tests against it.
    const fault = `00000000: the simulated directory failed: ${String(error)}`;
    const refusal = error instanceof LdapRefusal ? error : { code: ResultCode.Other, message: fault };
    return [encodeResult(id, answerTag(request), { code: refusal.code, text: refusal.message })];
  }
}

function perform(session: Session, request: LdapRequest, isEncrypted: boolean): LdapResult {
  switch (request.kind) {
    case 'bind':
      return session.bind(request.dn, request.password, isEncrypted);
    case 'bindOther':
      return { code: ResultCode.AuthMethodNotSupported, text: '00002027: LdapErr: only simple binds, data 0' };
    case 'add':
      return session.add(request.dn, request.attributes);
    case 'modify':
      return session.modify(request.dn, request.changes);
    case 'delete':
      return session.delete(request.dn);
    case 'rename':
      return session.rename(request.dn, request.newRdn, request.newSuperior);
    case 'extended':
      return request.oid === WHO_AM_I
        ? { code: ResultCode.Success, text: '', value: session.identity }
        : { code: ResultCode.ProtocolError, text: '0000203D: LdapErr: unknown extended request, data 0' };
    case 'unknown':
    case 'search':
    case 'unbind':
    case 'abandon':
      return { code: ResultCode.ProtocolError, text: '00002023: LdapErr: the operation is not known, data 0' };
  }
}
