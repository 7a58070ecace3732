/** One row of the report: every value is a text, a field without a value is absent or empty (spec workday-cycle 3). */
export type ReportEntry = Record<string, string>;

/** The two reports of the sandbox company. */
export const REPORTS = ['employees', 'contractors'] as const;
export type ReportName = (typeof REPORTS)[number];

/** Report fields as Workday customers spell them; the shipped mapper reads exactly these. */
export const Field = {
  employeeId: 'Emp_ID',
  email: 'Email_Address',
  username: 'User_Name',
  displayName: 'Preferred_Name',
  givenName: 'Preferred_Name_-_First_Name',
  surname: 'Preferred_Name_-_Last_Name',
  status: 'Employment_Status',
  prehire: 'Prehire_Flag',
  rehired: 'Rehired_Employee',
  hireDate: 'Last_Hire_Date',
  terminationDate: 'Termination_Date',
  lastDayOfWork: 'Last_Day_of_Work',
  employeeType: 'Employee_Type',
  title: 'Title',
  department: 'Department',
  location: 'Location',
  region: 'PAN_CF_Okta_Location_Region',
  city: 'City',
  streetAddress: 'Street_Address',
  postalCode: 'Postal_Code',
  country: 'Country_Name',
  managerEmail: 'Manager_Email_Address',
  managerName: 'Manager_Preferred_Name',
} as const;

/** An office of the sandbox company; its name is also the name of an OU below `OU=People` in the directory. */
export interface Office {
  readonly city: string;
  readonly state: string;
  readonly country: string;
  readonly region: string;
  readonly postalCode: string;
  readonly language: string;
}

/** Offices of the sandbox company. */
export const OFFICES: readonly Office[] = [
  { city: 'Berlin', state: 'Berlin', country: 'Germany', region: 'EMEA', postalCode: '10115', language: 'de-DE' },
  { city: 'Lisbon', state: 'Lisboa', country: 'Portugal', region: 'EMEA', postalCode: '1100-001', language: 'pt-PT' },
  { city: 'Toronto', state: 'Ontario', country: 'Canada', region: 'AMER', postalCode: 'M5H 2N2', language: 'en-CA' },
  { city: 'Austin', state: 'Texas', country: 'United States', region: 'AMER', postalCode: '78701', language: 'en-US' },
  { city: 'Osaka', state: 'Osaka', country: 'Japan', region: 'APAC', postalCode: '530-0001', language: 'ja-JP' },
];

interface Department {
  readonly name: string;
  readonly family: string;
  readonly costCenter: string;
  readonly titles: readonly string[];
}

/** Departments of the sandbox company. */
export const DEPARTMENTS: readonly Department[] = [
  { name: 'Engineering', family: 'Technology', costCenter: '1100', titles: ['Software Engineer', 'Test Engineer'] },
  { name: 'Operations', family: 'Technology', costCenter: '1200', titles: ['Site Engineer', 'Network Engineer'] },
  { name: 'Sales', family: 'Commercial', costCenter: '2100', titles: ['Account Manager', 'Sales Engineer'] },
  { name: 'Marketing', family: 'Commercial', costCenter: '2200', titles: ['Writer', 'Event Manager'] },
  { name: 'Finance', family: 'Administration', costCenter: '3100', titles: ['Accountant', 'Controller'] },
  { name: 'People', family: 'Administration', costCenter: '3200', titles: ['HR Partner', 'Recruiter'] },
];

/** What is particular about a person; everything else of the row follows from it. */
export interface PersonFacts {
  readonly employeeId: string;
  readonly email: string;
  readonly givenName: string;
  readonly surname: string;
  /** In the report's own date format. */
  readonly hireDate: string;
  readonly department: Department;
  readonly office: Office;
  readonly title: string;
  readonly employeeType: string;
  readonly manager: { readonly email: string; readonly name: string } | null;
  readonly number: number;
}

/** A complete row of an active person without a deactivation date. */
export function makeEntry(facts: PersonFacts): ReportEntry {
  const { office, department } = facts;
  const digits = String(facts.number).padStart(5, '0');
  return {
    [Field.employeeId]: facts.employeeId,
    [Field.email]: facts.email,
    [Field.username]: facts.email,
    [Field.displayName]: `${facts.givenName} ${facts.surname}`,
    [Field.givenName]: facts.givenName,
    [Field.surname]: facts.surname,
    First_Name: facts.givenName,
    Last_Name: facts.surname,
    Workday_ID: `wd-${facts.employeeId.toLowerCase()}`,
    [Field.status]: 'Active',
    [Field.prehire]: 'False',
    [Field.rehired]: 'No',
    [Field.hireDate]: facts.hireDate,
    Hire_Date: facts.hireDate,
    [Field.terminationDate]: '',
    [Field.lastDayOfWork]: '',
    [Field.employeeType]: facts.employeeType,
    Acquisition_Hire: 'No',
    [Field.title]: facts.title,
    [Field.department]: department.name,
    Job_Code: `J${department.costCenter}`,
    Job_Family: department.family,
    Job_Function: facts.title,
    Leadership: facts.manager === null ? 'Yes' : 'No',
    Cost_Center_Description: `${department.name} ${office.region}`,
    Cost_Center_Code: `${department.costCenter}-${office.region}`,
    [Field.location]: office.city,
    [Field.region]: office.region,
    [Field.city]: office.city,
    State: office.state,
    [Field.streetAddress]: `${(facts.number % 180) + 1} Station Road`,
    [Field.postalCode]: office.postalCode,
    [Field.country]: office.country,
    [Field.managerEmail]: facts.manager?.email ?? '',
    [Field.managerName]: facts.manager?.name ?? '',
    'Email_-_Primary_Home': `home-${facts.number}@mail.example`,
    Public_Work_Mobile_Phone_Number: `+1 555 01${digits}`,
    Work_Phone: `+1 555 02${digits}`,
    Preferred_Language: office.language,
    Regular_Employee_Flag: facts.employeeType === 'Regular' ? '1' : '0',
  };
}
