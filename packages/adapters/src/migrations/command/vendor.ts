import { databaseOf } from '../../postgres/database-settings.ts';
import { defineVendor } from '../../vendor.ts';
import { createCommand } from './command.ts';
import { commandSettings } from './settings.ts';

export const command = defineVendor(
  {
    kind: 'command',
    title: 'Any command',
    settings: commandSettings,
    files: ['folder', 'fixUps'],
    contradiction({ versions }) {
      const names = versions.map(({ version }) => version);
      const twice = names.find((name, index) => names.indexOf(name) !== index);
      return twice === undefined ? null : { found: `version ${twice} twice`, expected: 'each version once' };
    },
  },
  ({ name, settings }) => createCommand(databaseOf(name, settings), settings),
);
