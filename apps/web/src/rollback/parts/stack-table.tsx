import type { StackChange, StackTable as Table } from '@lastgood/api-client';
import classes from './parts.module.css';

const words = {
  destroy: 'Destroy',
  replace: 'Replace',
  update: 'Update',
  create: 'Create',
} satisfies Record<StackChange['action'], string>;

const isLost = ({ action, keepsData }: StackChange): boolean =>
  keepsData && (action === 'destroy' || action === 'replace');

/** What applying a configuration changes: what cannot be undone first. Two columns, so that a phone has room for them. */
export function StackTable({ table, isOver }: { table: Table; isOver: boolean }) {
  const { stack, from, to, changes, more } = table;
  const title = `Stack ${stack}: what ${isOver ? 'was applied' : 'is applied'}`;
  return (
    <section className={classes.section} aria-label={`Stack ${stack}`}>
      <table className={classes.table}>
        <caption>
          {title}, <code>{short(from)}</code> → <code>{short(to)}</code>
        </caption>
        <thead>
          <tr>
            <th scope="col">Action</th>
            <th scope="col">Resource</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={`${change.action} ${change.address}`} data-action={change.action}>
              <td className={classes.action}>{words[change.action]}</td>
              <td>
                <code>{change.address}</code>
                {isLost(change) && <span className={classes.loses}> its data is lost</span>}
                <Properties of={change} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {changes.length === 0 && <p className={classes.dim}>Nothing changes: it is as it should be.</p>}
      {more > 0 && <p className={classes.dim}>{more} more changes are not listed.</p>}
    </section>
  );
}

function Properties({ of: { properties } }: { of: StackChange }) {
  if (properties.length === 0) return null;
  return (
    <ul className={classes.properties}>
      {properties.map(({ name, before, after, hidden }) => (
        <li key={name}>
          {name}:{' '}
          {hidden ? (
            <span className={classes.dim}>changes, its value is not shown</span>
          ) : (
            <>
              {before ?? 'not set'} → {after ?? 'removed'}
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

/** A commit as people name it. */
const short = (version: string): string =>
  /^[0-9a-f]{40,64}$/.test(version) ? version.slice(0, 7) : version;
