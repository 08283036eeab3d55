import { databaseOf } from '../../postgres/database-settings.ts';
import { defineVendor } from '../../vendor.ts';
import { repeatedVersion } from '../declared-versions-schema.ts';
import { createCommand } from './command.ts';
import { commandSettings } from './settings.ts';

export const command = defineVendor(
  {
    kind: 'command',
    title: 'Any command',
    settings: commandSettings,
    files: ['folder', 'fixUps'],
    contradiction: ({ versions }) => repeatedVersion(versions),
  },
  ({ name, settings }) => createCommand(databaseOf(name, settings), settings),
);
