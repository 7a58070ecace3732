import { after, before, suite } from 'node:test';

import { Endings } from '../whole/support/endings.js';
import { checkCommands } from './live/check.js';
import { counterCommands } from './live/counter.js';
import { Desk } from './live/desk.js';
import { exampleScripts } from './live/examples.js';
import { heldCommands } from './live/held.js';
import { iamCommands } from './live/iam.js';
import { incidentCommands } from './live/incidents.js';
import { profileCommands } from './live/profiles.js';
import { reportCommands } from './live/report.js';

// One company for all of them, since starting it takes longer than what they do. Their order is that of its story.
suite('the command line in front of real servers', () => {
  const endings = new Endings();
  let opened: Desk | undefined;
  const desk = (): Desk => {
    if (opened === undefined) throw new Error('the desk is not open yet');
    return opened;
  };
  before(async () => {
    opened = await Desk.open(endings);
  });
  after(() => endings.end());

  checkCommands(desk);
  reportCommands(desk);
  incidentCommands(desk);
  exampleScripts(desk);
  profileCommands(desk);
  iamCommands(desk);
  heldCommands(desk);
  counterCommands(desk);
});
