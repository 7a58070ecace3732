import { startConsole } from '../../client/console/server.js';
import type { Console } from '../../client/console/server.js';
import { startEngine } from './engine.js';
import type { Engine } from './engine.js';
import { aPerson, asked, eventually, report } from './incidents.js';

/** The secret that signs the links of tests. */
export const TOKEN_KEY = 'a-secret-of-forty-characters-or-so-0000000';

/** An engine whose mails link to a running page. */
export interface PageEngine {
  readonly engine: Engine;
  readonly page: Console;
  close(): Promise<void>;
}

/**
 * Starts an engine and the page.
 *
 * @param tasks what `ilm.yaml` says about questions
 */
export async function startPageEngine(tasks: object = {}): Promise<PageEngine> {
  const engine = await startEngine({ applications: ['Atlas'], ilm: { tasks } });
  const { deps, store, env } = engine;
  const errors: unknown[] = [];
  const parts = { configuration: deps.configuration, store, client: env.client };
  const page = await startConsole(parts, '127.0.0.1:0', (error) => errors.push(error));
  const { value } = engine.configuration;
  const settings = { ...value.ilm.console, publicUrl: page.url, tokenKey: TOKEN_KEY };
  engine.configuration.value = { ...value, ilm: { ...value.ilm, console: settings } };
  return {
    engine,
    page,
    close: async () => {
      await page.stop();
      await engine.close();
      if (errors.length > 0) throw errors[0];
    },
  };
}

/** A question that was asked and mailed. */
export interface AskedQuestion {
  readonly incidentId: string;
  readonly taskId: string;
  /** The link of the first mail. */
  readonly link: string;
  readonly token: string;
}

/** A new hire whose name is taken, which D1 asks about, with a name that no page may take for markup. */
export async function askAboutName(engine: Engine): Promise<AskedQuestion> {
  const profile = aPerson({ displayName: 'Robin <script>document.title="run"</script> O\'Neill & Söhne' });
  const mergedUserProfile = { ...profile, email: aPerson().email, username: aPerson().email };
  const incidentId = await report(engine, { profile, userProfile: { fields: profile, mergedUserProfile } });
  const taskId = await asked(engine, incidentId, 'D1');
  return await eventually('the question is mailed', async () => linksOf(engine, incidentId, taskId)[0]);
}

/** The links of every mail about a question, in the order of the mails. */
export function linksOf(engine: Engine, incidentId: string, taskId: string): AskedQuestion[] {
  return engine.mailer.about(`${taskId}.`).flatMap(({ html }) => {
    const link = /href="([^"]*\/tasks\/[^"]+)"/.exec(html)?.[1];
    return link === undefined
      ? []
      : [{ incidentId, taskId, link, token: new URL(link).searchParams.get('token') ?? '' }];
  });
}
