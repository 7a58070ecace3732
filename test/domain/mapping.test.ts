import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileMapper, mapperSchema, MappingError, WORKDAY_MAPPER } from '../../domain/mapping.js';
import type { MapperDefinition } from '../../domain/mapping.js';
import { REPORT_FIELDS } from '../../domain/profile.js';

const fields = (definition: MapperDefinition, row: object) => compileMapper(definition).toFields({ ...row });
const fieldsAsync = async (definition: MapperDefinition, row: object) =>
  await compileMapper(definition).toFieldsAsync({ ...row });

describe('incoming maps', () => {
  it('give no field for an absent value or null, and the empty text for an empty one', () => {
    const definition = { title: 'Title', city: 'City', state: 'State' };

    assert.deepEqual(fields(definition, { City: '', State: null }), { city: '' });
  });

  it('match report fields exactly, case included', () => {
    assert.deepEqual(fields({ lastDayOfWork: 'Last_Day_of_Work' }, { Last_Day_Of_Work: '01/01/2021' }), {});
  });

  it('lower-case, trim and set constants', () => {
    const definition: MapperDefinition = {
      email: { field: 'Mail', transform: 'lowercase' },
      title: { field: 'Title', transform: 'trim' },
      source: { value: 'HR' },
    };

    assert.deepEqual(fields(definition, { Mail: 'Ann@Example.COM', Title: '  Engineer ' }), {
      email: 'ann@example.com',
      title: 'Engineer',
      source: 'HR',
    });
  });

  it('evaluate JSONata over the whole row', async () => {
    const definition: MapperDefinition = {
      badge: { expression: "Emp_ID & '-' & $uppercase(City)" },
      initials: { expression: "$join([First, Last].$substring(0, 1), '')" },
      none: { expression: 'Nothing' },
    };

    assert.deepEqual(await fieldsAsync(definition, { Emp_ID: '7', City: 'Rome', First: 'Ann', Last: 'Lee' }), {
      badge: '7-ROME',
      initials: 'AL',
    });
  });

  it('turn numbers and booleans into text, and name the attribute of anything else', async () => {
    assert.deepEqual(fields({ id: 'Id', flag: 'Flag' }, { Id: 7, Flag: true }), { id: '7', flag: 'true' });
    assert.throws(
      () => fields({ id: 'Id' }, { Id: ['7'] }),
      (error) => error instanceof MappingError && error.attribute === 'id',
    );
    await assert.rejects(fieldsAsync({ list: { expression: '[1, 2]' } }, {}), /'list' is a list or an object/);
  });

  it('name attribute and mapper of a faulty expression, and quote no data', async () => {
    const failing = compileMapper({ age: { expression: '$number(Age) + 1' } }, { name: 'workday' });

    await assert.rejects(failing.toFieldsAsync({ Age: 'secret' }), (error) => {
      assert.ok(error instanceof MappingError);
      assert.equal(error.attribute, 'age');
      assert.match(error.message, /attribute 'age' of mapper 'workday' failed \(JSONata D3030\)/);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
    assert.throws(() => compileMapper({ age: { expression: 'Age +' } }), /attribute 'age' .* not valid JSONata/);
  });

  it('refuse to be asked synchronously for an expression', () => {
    assert.throws(() => fields({ age: { expression: 'Age' } }, {}), /map asynchronously/);
  });

  it('read nested records by path, exact names first', () => {
    const definition = { givenName: 'name.givenName', email: 'emails[0].value', dotted: 'a.b' };
    const record = {
      name: { givenName: 'Ann' },
      emails: [{ value: 'ann@example.com' }],
      'a.b': 'exact',
      a: { b: 'path' },
    };

    assert.deepEqual(fields(definition, record), { givenName: 'Ann', email: 'ann@example.com', dotted: 'exact' });
  });

  it('do not read what every object inherits', () => {
    assert.deepEqual(fields({ a: 'constructor', b: 'toString', c: 'x.constructor' }, { x: {} }), {});
  });
});

describe('the shipped Workday mapper', () => {
  it('fills exactly the report fields, Acquisition Hire included', () => {
    assert.deepEqual(Object.keys(WORKDAY_MAPPER).sort(), [...REPORT_FIELDS].sort());
    assert.equal(mapperSchema.safeParse(WORKDAY_MAPPER).success, true);
  });

  it('lower-cases e-mail and user name', () => {
    assert.deepEqual(fields(WORKDAY_MAPPER, { Email_Address: 'A@B.EXAMPLE', User_Name: 'Ann', Title: 'Boss' }), {
      email: 'a@b.example',
      username: 'ann',
      title: 'Boss',
    });
  });
});

const SCIM: MapperDefinition = {
  userName: 'username',
  'name.givenName': 'givenName',
  'name.familyName': { field: 'surname', clearable: true },
  'emails[0].value': 'email',
  'emails[0].type': { value: 'work' },
  'emails[0].primary': { value: true },
  'phoneNumbers[0].value': { field: 'mobilePhone', clearable: true },
  'phoneNumbers[0].type': { value: 'mobile' },
  title: { field: 'title', clearable: true },
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.department': 'department',
};

describe('outgoing maps', () => {
  const create = (profile: object, definition = SCIM) =>
    compileMapper(definition).toAttributes({ ...profile }, 'create');
  const update = (profile: object, definition = SCIM) =>
    compileMapper(definition).toAttributes({ ...profile }, 'update');

  it('nest attributes, lists and URNs', () => {
    const profile = {
      username: 'ann',
      givenName: 'Ann',
      surname: 'Lee',
      email: 'a@example.com',
      mobilePhone: '1',
      department: 'IT',
    };

    assert.deepEqual(create(profile), {
      userName: 'ann',
      name: { givenName: 'Ann', familyName: 'Lee' },
      emails: [{ value: 'a@example.com', type: 'work', primary: true }],
      phoneNumbers: [{ value: '1', type: 'mobile' }],
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'IT' },
    });
  });

  it('send nothing for an absent value, constants of its list element included', () => {
    assert.deepEqual(create({ username: 'ann' }), { userName: 'ann' });
    assert.deepEqual(update({ username: 'ann' }), { userName: 'ann' });
  });

  it('send no empty value on create', () => {
    assert.deepEqual(create({ username: 'ann', title: '', surname: null, mobilePhone: '', email: '' }), {
      userName: 'ann',
    });
  });

  it('clear an empty value on update only where the pair is clearable', () => {
    const emptied = { username: '', title: '', surname: null, mobilePhone: '', email: '' };

    assert.deepEqual(update(emptied), { name: { familyName: null }, phoneNumbers: null, title: null });
  });

  it('keep the other elements of a list when one is cleared, without gaps', () => {
    const definition: MapperDefinition = {
      'phones[0].value': { field: 'mobilePhone', clearable: true },
      'phones[1].value': { field: 'workPhone', clearable: true },
    };

    assert.deepEqual(update({ mobilePhone: '', workPhone: '2' }, definition), { phones: [{ value: '2' }] });
  });

  it('keep the type of a value', async () => {
    const definition: MapperDefinition = {
      active: 'active',
      tags: { expression: "['a', 'b']" },
      level: { expression: '1 + 1' },
    };

    const attributes = await compileMapper(definition).toAttributesAsync({ active: false }, 'create');

    assert.equal(attributes.active, false);
    assert.equal(attributes.level, 2);
    assert.equal(JSON.stringify(attributes.tags), '["a","b"]');
  });

  it('send a pair only for the way of writing that it names', () => {
    const definition: MapperDefinition = {
      password: { field: 'initial', only: 'create' },
      note: { value: 'x', only: 'update' },
    };

    assert.deepEqual(create({ initial: 'p' }, definition), { password: 'p' });
    assert.deepEqual(update({ initial: 'p' }, definition), { note: 'x' });
  });

  it('are refused when an attribute is no path or lies inside another one', () => {
    assert.throws(() => compileMapper({ 'a..b': 'x' }), /'a\.\.b' is not an attribute path/);
    assert.throws(() => compileMapper({ '__proto__.polluted': 'x' }), /reserved/);
    assert.throws(() => compileMapper({ name: 'x', 'name.givenName': 'y' }), /'name\.givenName' .* lies inside 'name'/);
  });
});

describe('a mapper file', () => {
  it('is refused with words when a pair has no known shape', () => {
    const faulty = mapperSchema.safeParse({ title: { filed: 'Title' }, city: { field: 'City', transform: 'upper' } });

    assert.deepEqual(
      faulty.error?.issues.map(({ path }) => path.join('.')),
      ['title', 'city'],
    );
    assert.match(faulty.error.issues[0]?.message ?? '', /must be a field name/);
  });
});
