import { existsSync } from 'node:fs';

import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const PLACES = [
  process.env['ILM_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The system's browser; null where there is none, which must not happen where everything is tested. */
export function chromiumPath(): string | null {
  const path = PLACES.find((place) => place !== undefined && existsSync(place)) ?? null;
  if (path === null && process.env['CI'] !== undefined) throw new Error('install chromium: the page is tested in it');
  return path;
}

/** Starts the browser. Inside of a container it cannot make its own sandbox. */
export const startChromium = async (executablePath: string): Promise<Browser> =>
  await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
