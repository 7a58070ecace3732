import type { IlmConfig } from './config.js';
import { compileExpression } from './expression.js';
import type { UserProfile } from './profile.js';

/**
 * Why a person is protected from being disabled without a decision (design 7), as a sentence; null = they are not. An
 * expression that cannot be evaluated protects everybody, because nobody can tell whom it meant.
 */
export async function protectionOf(
  profile: UserProfile,
  { emails, expression }: IlmConfig['protected'],
): Promise<string | null> {
  const email = profile.email?.toLowerCase();
  if (emails.some((listed) => listed.toLowerCase() === email)) return 'protected.emails of ilm.yaml lists them.';
  if (expression === undefined) return null;
  try {
    const isProtected = (await compileExpression(expression, 'protected.expression').evaluate(profile)) === true;
    return isProtected ? 'protected.expression of ilm.yaml holds for them.' : null;
  } catch {
    return 'protected.expression of ilm.yaml failed for them; correct it.';
  }
}
