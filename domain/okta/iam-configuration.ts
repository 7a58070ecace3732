import { ACTIVE_DIRECTORY_BRAND, OKTA_BRAND } from '../selection.js';
import type { SelectableInstance } from '../selection.js';

/** An application in Okta that is connected to the instance which its users get accounts in (spec okta-flows 5). */
export interface ConnectedApplication {
  readonly applicationId: string;
  readonly name: string;
  /** What people read in Okta; two applications may have the same. */
  readonly label: string;
  /** Address of its picture; empty when it has none. */
  readonly logo: string;
  readonly instance: string;
}

/** Which application is to be connected to which instance. */
export type Connection = Pick<ConnectedApplication, 'applicationId' | 'instance'>;

/** One change of the IAM Configuration of an Okta instance. */
export type ConfigurationEdit =
  | ({ readonly kind: 'add' } & Connection)
  | { readonly kind: 'remove'; readonly instance: string }
  | {
      readonly kind: 'set';
      readonly rows: readonly Connection[];
      /** The version that the new rows were made from; another one refuses them. Absent = whatever is there. */
      readonly version?: number;
    };

/** Name of the update that makes an edit, which scripts in any language send. */
export const EDIT_UPDATE = 'edit';

/** What the update carries. */
export interface EditGiven {
  readonly edit: ConfigurationEdit;
  /** Opaque id of the person who makes it. */
  readonly by: string;
}

/** An application as Okta describes it. */
export type OktaApplication = Omit<ConnectedApplication, 'instance'>;

/** The rows after an edit; or that nothing changes; or every reason why it is refused, in words for people. */
export type EditedRows =
  | { readonly kind: 'changed'; readonly rows: readonly ConnectedApplication[] }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

/** What an edit came to, with the version that is in force then. */
export type EditOutcome =
  | { readonly kind: 'done' | 'unchanged'; readonly version: number; readonly rows: readonly ConnectedApplication[] }
  | { readonly kind: 'refused'; readonly version: number; readonly reasons: readonly string[] };

/** The connections that an edit makes. */
export function connectionsOf(edit: ConfigurationEdit): readonly Connection[] {
  switch (edit.kind) {
    case 'add':
      return [edit];
    case 'set':
      return edit.rows;
    case 'remove':
      return [];
  }
}

/** Nothing was chosen, which changes nothing and is no error. */
export const choosesNothing = (edit: ConfigurationEdit): boolean =>
  (edit.kind === 'add' && (edit.applicationId === '' || edit.instance === '')) ||
  (edit.kind === 'remove' && edit.instance === '');

/**
 * Applies an edit to the rows there are. Each application is connected to one instance and each instance to one
 * application; what would break that is refused.
 *
 * @param known what Okta says of the applications that the edit connects; one that is missing is refused
 */
export function applyEdit(
  rows: readonly ConnectedApplication[],
  edit: ConfigurationEdit,
  known: readonly OktaApplication[],
): EditedRows {
  if (choosesNothing(edit)) return { kind: 'unchanged' };
  if (edit.kind === 'remove') {
    const kept = rows.filter(({ instance }) => instance !== edit.instance);
    return kept.length === rows.length ? { kind: 'unchanged' } : { kind: 'changed', rows: kept };
  }
  const added = connectionsOf(edit).map((connection) => describe(connection, known));
  const reasons = [
    ...added.flatMap((row) => ('missing' in row ? [unknownApplication(row.missing)] : [])),
    ...(edit.kind === 'add' ? takenFaults(rows, edit) : duplicateFaults(edit.rows)),
  ];
  if (reasons.length > 0) return { kind: 'refused', reasons };
  const complete = added.flatMap((row) => ('missing' in row ? [] : [row]));
  return { kind: 'changed', rows: edit.kind === 'add' ? [...rows, ...complete] : complete };
}

/** Every application or instance that stands in several rows. */
export function duplicateFaults(rows: readonly Connection[]): string[] {
  return [
    ...repeated(rows.map(({ applicationId }) => applicationId)).map(
      (id) => `The application '${id}' is connected to several instances; it can have one.`,
    ),
    ...repeated(rows.map(({ instance }) => instance)).map(
      (name) => `'${name}' is connected to several applications; it can have one.`,
    ),
  ];
}

/** What stands in the way of a connection beside those there are. */
export function takenFaults(rows: readonly ConnectedApplication[], { applicationId, instance }: Connection): string[] {
  const ofInstance = rows.find((row) => row.instance === instance);
  const ofApplication = rows.find((row) => row.applicationId === applicationId);
  return [
    ...(ofInstance === undefined
      ? []
      : [`'${instance}' is already connected to the application '${ofInstance.label}' (${ofInstance.applicationId}).`]),
    ...(ofApplication === undefined
      ? []
      : [`The application '${ofApplication.label}' is already connected to '${ofApplication.instance}'.`]),
  ];
}

/** What is said of an id that is none of Okta's applications. */
export const unknownApplication = (applicationId: string): string =>
  `Invalid Application ID: Okta has no application '${applicationId}'.`;

function describe(
  { applicationId, instance }: Connection,
  known: readonly OktaApplication[],
): ConnectedApplication | { readonly missing: string } {
  const found = known.find((application) => application.applicationId === applicationId);
  if (found === undefined) return { missing: applicationId };
  const { name, label, logo } = found;
  return { applicationId, name, label, logo, instance };
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

/** Okta instances that can have a configuration: those that are switched on. */
export const oktaInstances = <T extends SelectableInstance>(instances: readonly T[]): T[] =>
  instances.filter(({ brand, enabled }) => enabled && brand === OKTA_BRAND);

/** Why an instance cannot be the target of an Okta instance's applications, in words for people; null when it can. */
export function targetFault(instances: readonly SelectableInstance[], okta: string, target: string): string | null {
  if (target === okta) return sameInstance(target);
  const found = instances.find(({ name }) => name === target);
  if (found === undefined) return `'${target}' is no instance of ilm.yaml.`;
  if (!found.enabled) return `'${target}' is switched off.`;
  // Its accounts follow HR alone: they begin and end with the employment and not with an application in Okta.
  return found.brand === ACTIVE_DIRECTORY_BRAND ? `'${target}' is a directory, whose accounts follow HR.` : null;
}

/** What is said of an application that is to be connected to the Okta instance that it is in. */
export const sameInstance = (okta: string): string =>
  `'${okta}' cannot be connected to an application of its own: each update would start the next.`;

/** Instances that an application of an Okta instance can be connected to: fit for it, and not connected yet. */
export function selectableTargets<T extends SelectableInstance>(
  instances: readonly T[],
  okta: string,
  rows: readonly ConnectedApplication[],
): T[] {
  const connected = new Set(rows.map(({ instance }) => instance));
  return instances.filter(({ name }) => !connected.has(name) && targetFault(instances, okta, name) === null);
}

/** Applications that can be connected: all but those that are. Equal labels stay apart by their ids. */
export function selectableApplications(
  applications: readonly OktaApplication[],
  rows: readonly ConnectedApplication[],
): OktaApplication[] {
  const connected = new Set(rows.map(({ applicationId }) => applicationId));
  return applications.filter(({ applicationId }) => !connected.has(applicationId));
}
