/** A field of the object User, as its description shows it. */
export interface UserField {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'boolean';
  readonly length: number;
  readonly createable: boolean;
  readonly updateable: boolean;
  /** Needed on create. */
  readonly isRequired: boolean;
}

type Options = Partial<Pick<UserField, 'type' | 'length' | 'isRequired'>> & { readonly isReadOnly?: boolean };

function field(name: string, label: string, options: Options = {}): UserField {
  const { type = 'text', length = 80, isRequired = false, isReadOnly = false } = options;
  return { name, label, type, length, createable: !isReadOnly, updateable: !isReadOnly, isRequired };
}

const required = { isRequired: true } as const;

/** The fields of a user that the simulation knows; any other name is refused. */
export const USER_FIELDS: readonly UserField[] = [
  field('Id', 'User ID', { isReadOnly: true }),
  field('Username', 'Username', required),
  field('LastName', 'Last Name', required),
  field('FirstName', 'First Name', { length: 40 }),
  field('Name', 'Full Name', { isReadOnly: true }),
  field('Email', 'Email', { ...required, length: 128 }),
  field('Alias', 'Alias', { ...required, length: 8 }),
  field('ProfileId', 'Profile ID', required),
  field('TimeZoneSidKey', 'Time Zone', required),
  field('LocaleSidKey', 'Locale', required),
  field('EmailEncodingKey', 'Email Encoding', required),
  field('LanguageLocaleKey', 'Language', required),
  field('IsActive', 'Active', { type: 'boolean' }),
  field('UserType', 'User Type', { isReadOnly: true }),
  field('MobilePhone', 'Mobile', { length: 40 }),
  field('Phone', 'Phone', { length: 40 }),
  field('Title', 'Title'),
  field('Street', 'Street', { length: 255 }),
  field('City', 'City', { length: 40 }),
  field('PostalCode', 'Zip/Postal Code', { length: 20 }),
  field('State', 'State/Province'),
  field('Country', 'Country'),
  field('Department', 'Department'),
];

/** A field by its name, in any case. */
export const fieldNamed = (name: string): UserField | undefined =>
  USER_FIELDS.find((one) => one.name.toLowerCase() === name.toLowerCase());
