import type { ServiceSummary } from '@lastgood/api-client';
import { useListServices } from '@lastgood/api-client/queries';
import { Link } from 'react-router';
import columns from '../pages/two-columns.module.css';
import { DependencyGraph } from './dependency-graph.tsx';
import { neighbourhood } from './neighbourhood.ts';
import classes from './neighbours.module.css';

const asked = 200;
/** Names that are read in a line; the list of services has the others. */
const named = 20;

/** What a service needs and what needs it, in words and drawn. */
export function Neighbours({ summary }: { summary: ServiceSummary }) {
  const { key, dependencies, dependents, dependentCount } = summary;
  const { data } = useListServices({ near: key, limit: asked });
  // Of more than a page it is not known which of them are not there.
  const isWhole = data?.next === null;
  const { nodes, left } = neighbourhood(summary, data?.items ?? [], isWhole);
  const unknown = dependencies.filter((one) => isWhole && !data.items.some((service) => service.key === one));
  const all = `/services?near=${encodeURIComponent(key)}`;
  return (
    <section className={columns.card} aria-labelledby="neighbours">
      <h2 id="neighbours">Dependencies</h2>
      <Names word="Needs" keys={dependencies} count={dependencies.length} all={all} />
      <Names word="Needed by" keys={dependents} count={dependentCount} all={all} />
      {dependencies.length + dependentCount === 0 && (
        <p className={columns.dim}>It needs no other service, and none says that it needs it.</p>
      )}
      {nodes.length > 1 && <DependencyGraph services={nodes} focus={key} />}
      {left > 0 && nodes.length > 1 && (
        <p className={columns.dim}>
          Drawn are {nodes.length - 1} of {nodes.length - 1 + left} neighbours, those that stand worst first.{' '}
          <Link to={all}>All of them</Link>
        </p>
      )}
      {unknown.length > 0 && <p>Named but not declared here: {unknown.join(', ')}</p>}
    </section>
  );
}

interface NamesProps {
  word: string;
  keys: readonly string[];
  count: number;
  all: string;
}

function Names({ word, keys, count, all }: NamesProps) {
  if (count === 0) return null;
  const shown = keys.slice(0, named);
  return (
    <p className={classes.names}>
      <span className={columns.dim}>
        {word} {count > named ? count : ''}
      </span>
      {shown.map((key) => (
        <Link key={key} to={`/services/${key}`}>
          {key.split('/').at(-1)}
        </Link>
      ))}
      {count > shown.length && <Link to={all}>and {count - shown.length} more</Link>}
    </p>
  );
}
