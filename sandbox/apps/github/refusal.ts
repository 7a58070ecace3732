import type { Response } from 'express';

const PAGE = 'https://docs.github.com/rest';

/** Sends an error of GitHub's REST API, which says everything that SCIM itself did not refuse. */
export function refuse(response: Response, status: number, text: string): void {
  const message = status === 401 ? 'Bad credentials' : text;
  response.status(status).json({ message, documentation_url: PAGE, status: String(status) });
}
