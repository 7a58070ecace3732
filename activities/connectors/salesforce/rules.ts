import { z } from 'zod';

import { about } from '../../../domain/config/settings.js';
import { compileExpression } from '../../../domain/expression.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import type { Expression } from '../../../domain/expression.js';
import type { UserProfile } from '../../../domain/profile.js';

const condition = z
  .string()
  .min(1, 'must not be empty')
  .refine(isExpression, { error: 'must be valid JSONata, such as department = "Sales"' });

/** The settings of one table. */
export interface RuleTable {
  readonly rules: readonly { readonly when: string; readonly value: string }[];
  readonly default?: string | undefined;
}
type RuleTableSchema = z.ZodType<RuleTable>;

/**
 * A table that chooses one value for a person: the first rule whose condition is exactly `true`, else the default.
 *
 * @param value what is chosen, with an example
 */
export const ruleTableSchema = ({
  name,
  example,
}: {
  readonly name: string;
  readonly example: string;
}): RuleTableSchema =>
  z
    .strictObject({
      rules: z
        .array(
          z.strictObject({
            when: condition.meta(about('JSONata over profile fields; the first that is true counts.', SALES)),
            value: z
              .string()
              .min(1)
              .meta(about(`${name} of whom it is true of.`, example)),
          }),
        )
        .default([])
        .meta(about(`Rules that choose the ${name}, in this order.`)),
      default: z
        .string()
        .min(1)
        .optional()
        .meta(about(`${name} of everybody else; left out, nobody else gets an account.`, example)),
    })
    .default({ rules: [] });

const SALES = 'department = "Sales"';

/** A compiled table. */
export interface ValueRules {
  /**
   * The value for a person, `undefined` when no rule fits and there is no default.
   *
   * @throws ConnectorError of kind `Validation` when a condition fails on this person; it holds no data
   */
  valueFor(profile: UserProfile): Promise<string | undefined>;
}

/** Compiles a table that was checked. `setting` names it in messages, e.g. `settings.profileId`. */
export function compileRules(table: RuleTable, setting: string): ValueRules {
  const rules = table.rules.map(({ when, value }, index) => ({
    condition: compileExpression(when, `${setting}.rules[${index}].when`),
    value,
  }));
  return {
    valueFor: async (profile) => {
      for (const { condition: expression, value } of rules) if (await holds(expression, profile)) return value;
      return table.default;
    },
  };
}

async function holds(expression: Expression, profile: UserProfile): Promise<boolean> {
  try {
    return (await expression.evaluate(profile)) === true;
  } catch (error) {
    throw new ConnectorError(ConnectorErrorKind.Validation, expression.failure(error).message, { code: '400' });
  }
}

function isExpression(text: string): boolean {
  try {
    compileExpression(text, 'when');
    return true;
  } catch {
    return false;
  }
}
