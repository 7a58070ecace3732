import { fileURLToPath } from 'node:url';

const path = (file: string): string => fileURLToPath(new URL(`../workflows/${file}`, import.meta.url));

/** What a workflow bundle is made of: the workflows, and the converter that no malformed signal stops. */
export const WORKFLOW_SOURCES = {
  workflowsPath: path('index.ts'),
  payloadConverterPath: path('payload-converter.ts'),
} as const;
