import type { MapperDefinition } from './mapper-definition.js';

/**
 * The shipped incoming mapper of a Workday report (spec workday-cycle 4.1): profile field <- report column. It serves
 * every incident type, Acquisition Hire included.
 */
export const WORKDAY_MAPPER: MapperDefinition = {
  email: { field: 'Email_Address', transform: 'lowercase' },
  username: { field: 'User_Name', transform: 'lowercase' },
  employeeId: 'Emp_ID',
  displayName: 'Preferred_Name',
  givenName: 'Preferred_Name_-_First_Name',
  surname: 'Preferred_Name_-_Last_Name',
  employmentStatus: 'Employment_Status',
  prehireFlag: 'Prehire_Flag',
  rehiredEmployee: 'Rehired_Employee',
  hireDate: 'Last_Hire_Date',
  terminationDate: 'Termination_Date',
  lastDayOfWork: 'Last_Day_of_Work',
  employeeType: 'Employee_Type',
  acquisitionHire: 'Acquisition_Hire',
  title: 'Title',
  department: 'Department',
  jobCode: 'Job_Code',
  jobFamily: 'Job_Family',
  jobFunction: 'Job_Function',
  leadership: 'Leadership',
  costCenter: 'Cost_Center_Description',
  costCenterCode: 'Cost_Center_Code',
  location: 'Location',
  locationRegion: 'PAN_CF_Okta_Location_Region',
  city: 'City',
  state: 'State',
  streetAddress: 'Street_Address',
  zipCode: 'Postal_Code',
  countryName: 'Country_Name',
  managerEmailAddress: 'Manager_Email_Address',
  managerName: 'Manager_Preferred_Name',
  personalEmail: 'Email_-_Primary_Home',
  mobilePhone: 'Public_Work_Mobile_Phone_Number',
  workPhone: 'Work_Phone',
};
