/** One column of a table. */
export interface Column {
  readonly label: string;
  /** Longer texts are cut without a word. */
  readonly maxLength: number;
  /** Table whose records it holds the id of. */
  readonly reference?: string;
  readonly isReadOnly?: boolean;
}

const text = (label: string, maxLength = 40): Column => ({ label, maxLength });
const reference = (label: string, table: string): Column => ({ label, maxLength: 32, reference: table });
const readOnly = (label: string, maxLength = 40): Column => ({ label, maxLength, isReadOnly: true });

/** Every table with its columns; each has `sys_id` besides. */
export const TABLES: Readonly<Record<string, Readonly<Record<string, Column>>>> = {
  sys_user: {
    user_name: text('User ID'),
    first_name: text('First name', 50),
    last_name: text('Last name', 50),
    name: readOnly('Name', 151),
    email: text('Email', 100),
    employee_number: text('Employee number'),
    title: text('Title', 60),
    street: text('Street', 255),
    city: text('City'),
    state: text('State / Province'),
    zip: text('Zip / Postal code'),
    country: text('Country code'),
    phone: text('Business phone'),
    mobile_phone: text('Mobile phone'),
    department: reference('Department', 'cmn_department'),
    cost_center: reference('Cost center', 'cmn_cost_center'),
    manager: reference('Manager', 'sys_user'),
    active: text('Active'),
    locked_out: text('Locked out'),
  },
  cmn_department: { name: text('Name', 100), id: text('ID') },
  cmn_cost_center: { name: text('Name', 100), code: text('Code') },
  sys_user_group: { name: text('Name', 80) },
  sys_user_role: { name: text('Name', 100) },
  sys_user_grmember: { user: reference('User', 'sys_user'), group: reference('Group', 'sys_user_group') },
  sys_user_has_role: { user: reference('User', 'sys_user'), role: reference('Role', 'sys_user_role') },
  sys_dictionary: {
    name: readOnly('Table', 80),
    element: readOnly('Column name', 80),
    column_label: readOnly('Column label', 80),
    read_only: readOnly('Read only'),
  },
};

/** A row as it comes into being. */
export type NewRow = Readonly<Record<string, string>>;

/** The rows of `sys_dictionary`: one for each table itself and one for each of its columns. */
export function dictionaryRows(): readonly (NewRow & { readonly id: string })[] {
  return Object.entries(TABLES).flatMap(([name, columns]) => [
    { id: `dictionary-${name}`, name, element: '', column_label: '', read_only: 'false' },
    ...Object.entries(columns).map(([element, { label, isReadOnly }]) => ({
      id: `dictionary-${name}-${element}`,
      name,
      element,
      column_label: label,
      read_only: String(isReadOnly === true),
    })),
  ]);
}
