import type { Response } from 'express';

type Body = Readonly<Record<string, unknown>>;

/** Changes the resources of a successful answer, one or the whole list, on their way out. */
export function rewriteResources(response: Response, change: (resource: Body) => Body): void {
  onSuccess(response, (body, send) => {
    const resources = body['Resources'];
    send(Array.isArray(resources) ? { ...body, Resources: resources.map((one) => change(one as Body)) } : change(body));
  });
}

/** Answers a change that succeeded with 204 and nothing else. */
export function answerNothing(response: Response): void {
  onSuccess(response, (_body, send) => {
    response.status(204);
    send();
  });
}

function onSuccess(response: Response, answer: (body: Body, send: (body?: Body) => void) => void): void {
  const send = response.send.bind(response);
  response.send = (body: unknown) => {
    response.send = send;
    const isResource = response.statusCode < 300 && typeof body === 'object' && body !== null;
    if (!isResource) return send(body);
    const plain = JSON.parse(JSON.stringify(body)) as Body;
    answer(plain, (changed) => {
      response.type('application/scim+json');
      send(changed === undefined ? undefined : JSON.stringify(changed));
    });
    return response;
  };
}
