import { LdapRefusal, ResultCode, attributeRefusal } from './ldap-result.js';
import type { AttributeChange } from './protocol.js';
import { CLASSES, ruleOf } from './schema.js';
import type { AttributeRule } from './schema.js';
import type { DirectoryTree } from './tree.js';
import { namesOf } from './tree.js';

/** Values of an entry while it is being changed, by lower-case name. */
export type Draft = Record<string, readonly string[]>;

/**
 * Applies one change to a draft, by the rules that hold for every attribute. Flags, passwords and account names have
 * further rules of their own.
 *
 * @param isNew whether the entry is being made: its name and classes may then be given
 * @throws LdapRefusal naming the attribute
 */
export function applyChange(tree: DirectoryTree, draft: Draft, change: AttributeChange, isNew: boolean): void {
  const rule = ruleOf(change.type);
  if (rule === undefined) {
    throw attributeRefusal(ResultCode.NoSuchAttribute, '0000200A', change.type, 'problem 1001 (NO_ATTRIBUTE_OR_VAL)');
  }
  refuseFixed(rule, isNew);
  const values = change.values.map((value) => checkedValue(tree, rule, value));
  const name = rule.name.toLowerCase();
  const result = combined(rule, change, draft[name] ?? [], values);
  if (result.length > 1 && rule.multi !== true) {
    throw attributeRefusal(ResultCode.TypeOrValueExists, '0000200D', rule.name, 'problem 1006 (ATT_OR_VALUE_EXISTS)');
  }
  if (result.length === 0) delete draft[name];
  else draft[name] = result;
}

function refuseFixed({ name, readOnly }: AttributeRule, isNew: boolean): void {
  if (name === 'memberOf' || name === 'directReports') {
    throw new LdapRefusal(
      ResultCode.UnwillingToPerform,
      '00002035',
      `SvcErr: ${name} is computed from the other side, problem 5003 (WILL_NOT_PERFORM), data 0`,
    );
  }
  if (readOnly === true && name !== 'name') {
    throw attributeRefusal(ResultCode.ConstraintViolation, '0000202F', name, 'problem 1005 (CONSTRAINT_ATT_TYPE)');
  }
  if (!isNew && (name === 'cn' || name === 'name')) {
    throw new LdapRefusal(
      ResultCode.NotAllowedOnRdn,
      '00002016',
      `UpdErr: ${name} changes by renaming only, problem 6004 (CANT_ON_RDN), data 0`,
    );
  }
}

/** The value as it is stored: text, or the id of the entry that a link names. */
function checkedValue(tree: DirectoryTree, rule: AttributeRule, value: Buffer): string {
  const text = rule.name === 'thumbnailPhoto' ? value.toString('base64') : value.toString();
  if (value.length === 0) {
    throw attributeRefusal(
      ResultCode.InvalidAttributeSyntax,
      '00000057',
      rule.name,
      'problem 1001 (NO_ATTRIBUTE_OR_VAL): the value is empty',
    );
  }
  if (rule.longest !== undefined && [...text].length > rule.longest) {
    throw attributeRefusal(
      ResultCode.ConstraintViolation,
      '00002082',
      rule.name,
      'problem 1005 (CONSTRAINT_ATT_TYPE): the value is too long',
    );
  }
  return rule.link === true ? linkedId(tree, rule.name, text) : text;
}

function linkedId(tree: DirectoryTree, attribute: string, dn: string): string {
  const target = dn.startsWith('<') ? tree.resolve(dn) : tree.resolveNames(namesOf(dn));
  if (target !== undefined) return target.id;
  const isMember = attribute === 'member';
  throw attributeRefusal(
    isMember ? ResultCode.NoSuchObject : ResultCode.ConstraintViolation,
    isMember ? '00000525' : '000020B5',
    attribute,
    'problem 1005 (CONSTRAINT_ATT_TYPE): the entry that it names does not exist',
  );
}

function combined(
  rule: AttributeRule,
  { operation }: AttributeChange,
  before: readonly string[],
  values: readonly string[],
): readonly string[] {
  const has = (list: readonly string[], value: string): boolean =>
    list.some((one) => one.toLowerCase() === value.toLowerCase());
  switch (operation) {
    case 'replace':
      return values;
    case 'add': {
      const present = values.some((value) => has(before, value));
      if (present) throw presentRefusal(rule);
      return [...before, ...values];
    }
    case 'delete': {
      const absent = values.some((value) => !has(before, value)) || before.length === 0;
      if (absent) throw absentRefusal(rule);
      return values.length === 0 ? [] : before.filter((value) => !has(values, value));
    }
  }
}

const presentRefusal = ({ name }: AttributeRule): LdapRefusal =>
  name === 'member'
    ? new LdapRefusal(
        ResultCode.EntryAlreadyExists,
        '00000562',
        'UpdErr: already a member, problem 6005 (ENTRY_EXISTS), data 0',
      )
    : attributeRefusal(ResultCode.TypeOrValueExists, '00002083', name, 'problem 1006 (ATT_OR_VALUE_EXISTS)');

const absentRefusal = ({ name }: AttributeRule): LdapRefusal =>
  name === 'member'
    ? new LdapRefusal(
        ResultCode.UnwillingToPerform,
        '00000561',
        'SvcErr: not a member, problem 5003 (WILL_NOT_PERFORM), data 0',
      )
    : attributeRefusal(ResultCode.NoSuchAttribute, '00002085', name, 'problem 1001 (NO_ATTRIBUTE_OR_VAL)');

/**
 * The class that a new entry's `objectClass` values make it, e.g. `user`.
 *
 * @throws LdapRefusal when there is none (65) or the directory does not know one (16)
 */
export function classOf(values: readonly string[]): string {
  const known = Object.entries(CLASSES);
  const chains = new Set(known.flatMap(([, { chain }]) => chain.map((one) => one.toLowerCase())));
  const foreign = values.find((value) => !chains.has(value.toLowerCase()));
  if (foreign !== undefined) {
    throw attributeRefusal(
      ResultCode.NoSuchAttribute,
      '0000200A',
      'objectClass',
      'problem 1001 (NO_ATTRIBUTE_OR_VAL): the directory does not know a class',
    );
  }
  const own = known.find(([name]) => values.some((value) => value.toLowerCase() === name));
  if (own !== undefined) return own[0];
  throw new LdapRefusal(
    ResultCode.ObjectClassViolation,
    '00002014',
    'UpdErr: the entry has no object class that can be made, problem 6002 (OBJ_CLASS_VIOLATION), data 0',
  );
}
