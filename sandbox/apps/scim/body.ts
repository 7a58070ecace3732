import type { Request, Response } from 'express';

import type { AppState } from '../app-state.js';
import { refuse } from './refusal.js';

/** Checks that every SCIM service makes and the library does not, and those of the dialect. Answers when it refuses. */
export function acceptsBody(state: AppState, request: Request, response: Response): boolean {
  const body = request.body as { readonly schemas?: unknown; readonly Operations?: unknown } | undefined;
  if (request.method === 'GET' || request.method === 'DELETE') return true;
  if (!Array.isArray(body?.schemas) || body.schemas.length === 0) {
    refuse(response, 400, 'The body has no schemas.', 'invalidSyntax');
    return false;
  }
  if (request.method !== 'PATCH') return true;
  const operations = (Array.isArray(body.Operations) ? body.Operations : []) as readonly { readonly path?: unknown }[];
  const pathless = operations.some(({ path }) => path === undefined || path === '');
  const { patchPath } = state.dialect;
  if (patchPath === 'required' && pathless) {
    refuse(response, 400, 'Each operation must name its attribute as path.', 'noTarget');
    return false;
  }
  if (patchPath === 'refused' && operations.some(({ path }) => path !== undefined && path !== '')) {
    refuse(response, 400, 'Operations carry an object of attributes and no path.', 'invalidPath');
    return false;
  }
  return true;
}
