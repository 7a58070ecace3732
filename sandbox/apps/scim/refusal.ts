import type { Response } from 'express';

/** Sends a SCIM error (RFC 7644, 3.12). */
export function refuse(response: Response, status: number, detail: string, scimType?: string): void {
  response.status(status).type('application/scim+json');
  response.send(
    JSON.stringify({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
      ...(scimType === undefined ? {} : { scimType }),
      detail,
    }),
  );
}
