import { quoted } from '@lastgood/domain/notification/outside-words';
import type { Migrations } from '@lastgood/domain/ports/migrations';
import type { MigrationTarget } from '@lastgood/domain/rollback/contracts/migrate-to';
import type { EffectResult } from '@lastgood/domain/rollback/effect';
import type { Database } from '../../postgres/database-settings.ts';
import { namedUrl, secretsOf, sessionName } from '../../postgres/session.ts';
import { programMissing } from '../../process/program-missing.ts';
import { type CommandEnd, runCommand } from '../../process/run-command.ts';
import { usualPath } from '../../process/usual-path.ts';
import { declaredReversal, declaredUpTo } from '../declared-versions.ts';
import { createSchemaMigrations } from '../schema-tool.ts';
import type { CommandSettings } from './settings.ts';

/** A PostgreSQL whose schema any program moves. That it did what it was asked for, the next look at the head tells. */
export function createCommand(database: Database, settings: CommandSettings): Migrations {
  const { head, versions } = settings;
  return createSchemaMigrations(database, {
    missing: () =>
      programMissing(settings.down[0] ?? '', {
        env: { PATH: usualPath, ...settings.environment },
        cwd: settings.folder,
      }),
    versions: (session) => declaredUpTo(session, head, versions),
    reversal: (session, version) => declaredReversal(session, versions, version),
    async reverse(step, operation) {
      const { down, folder, environment = {}, urlVariable = 'DATABASE_URL' } = settings;
      const name = sessionName(operation);
      const ended = await runCommand({
        argv: filledIn(down, step),
        env: {
          ...{ PATH: usualPath, ...environment },
          [urlVariable]: namedUrl(database.url, name).toString(),
          // For a tool that takes only parts of the URL: else nobody would find it at work after a crash.
          PGAPPNAME: name,
        },
        cwd: folder,
        longestMs: database.longestMs,
        secrets: [...secretsOf(database.url), ...Object.values(environment)],
      });
      return resultOf(ended, step);
    },
  });
}

function filledIn(down: readonly string[], { from, to }: MigrationTarget): [string, ...string[]] {
  const [program = '', ...args] = down;
  return [program, ...args.map((one) => one.replaceAll('{from}', from).replaceAll('{to}', to))];
}

function resultOf(ended: CommandEnd, { from }: MigrationTarget): EffectResult {
  const said = ended.said.trim().replace(/\s+/g, ' ').slice(-600);
  const words = said === '' ? 'it said nothing' : quoted(said);
  if (ended.kind === 'not-begun')
    return {
      kind: 'refused',
      reason: `The command that reverses ${from} could not be begun: ${ended.reason}`,
    };
  if (ended.kind === 'broken') return { kind: 'unknown', reason: `${ended.reason}; ${words}` };
  if (ended.status === 0) return { kind: 'applied', note: `the command that reverses ${from} has ended` };
  return {
    kind: 'refused',
    reason: `The command that reverses ${from} ended with status ${ended.status}: ${words}`,
    advice: 'Look at the version that the schema is at and mend what it says, then resume.',
  };
}
