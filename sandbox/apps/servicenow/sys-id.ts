import { randomUUID } from 'node:crypto';

/** An id as ServiceNow makes them: 32 hexadecimal digits. */
export const newSysId = (): string => randomUUID().replaceAll('-', '');
