import type { FoundWorkload } from '@lastgood/api-client';
import { useDiscoverWorkloads } from '@lastgood/api-client/queries';
import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import classes from './add-service.module.css';

interface WorkloadChoiceProps {
  cluster: string;
  chosen: string | null;
  onChoose: (workload: FoundWorkload) => void;
}

export const addressOf = ({ namespace, kind, name }: Pick<FoundWorkload, 'namespace' | 'kind' | 'name'>) =>
  `${namespace}/${kind}/${name}`;

/** What runs in a cluster: those that nobody has declared first. */
export function WorkloadChoice({ cluster, chosen, onChoose }: WorkloadChoiceProps) {
  const [search, setSearch] = useState('');
  const [namespace, setNamespace] = useState('');
  const [wanted] = useDebouncedValue(search, 300);
  const [within] = useDebouncedValue(namespace, 500);
  const query = { ...(wanted && { search: wanted }), ...(within && { namespace: within }) };
  const { data, error } = useDiscoverWorkloads(cluster, query, {
    query: { placeholderData: (before) => before, refetchInterval: 15_000 },
  });
  const asksNamespace = namespace !== '' || (data?.problem ?? null) !== null;
  return (
    <>
      <div className={classes.filters}>
        <TextInput
          label="Find a workload"
          placeholder="Part of a namespace or a name"
          leftSection={<IconSearch size="1rem" />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        {asksNamespace && (
          <TextInput
            label="Namespace"
            description="Where Lastgood may not list all of them."
            value={namespace}
            onChange={(event) => setNamespace(event.currentTarget.value)}
          />
        )}
      </div>
      {error && !data && (
        <p role="alert">
          What runs in {cluster} cannot be shown: {error.message} It is asked again by itself.
        </p>
      )}
      {data?.problem && <p role="alert">{`Cluster ${cluster} cannot be read: ${data.problem}`}</p>}
      {!data && !error && <p role="status">Asking {cluster} what runs there…</p>}
      {data && !data.problem && <Found found={data.workloads} chosen={chosen} onChoose={onChoose} />}
      {data && data.left > 0 && <p className={classes.dim}>{data.left} more: narrow it by a name.</p>}
    </>
  );
}

function Found({
  found,
  chosen,
  onChoose,
}: Pick<WorkloadChoiceProps, 'chosen' | 'onChoose'> & { found: FoundWorkload[] }) {
  if (found.length === 0) return <p>No Deployment, StatefulSet or DaemonSet is there by that name.</p>;
  const undeclared = found.filter(({ service }) => service === null).length;
  return (
    <>
      {undeclared === 0 && (
        <p>All of these are declared already. Deploy another workload, and it stands here.</p>
      )}
      <ul className={classes.workloads}>
        {found.map((workload) => (
          <li key={addressOf(workload)} data-chosen={chosen === addressOf(workload) || undefined}>
            <div className={classes.words}>
              <strong>
                {workload.namespace}/{workload.name}
              </strong>{' '}
              <span className={classes.dim}>
                {workload.kind}, {workload.ready} of {workload.wanted} ready
                {workload.owner && `, kept by ${workload.owner.name}`}
              </span>
              <p className={classes.dim}>{workload.containers.map(({ image }) => image).join(', ')}</p>
            </div>
            {workload.service === null ? (
              <Button
                variant="default"
                h="var(--tap)"
                onClick={() => onChoose(workload)}
                aria-pressed={chosen === addressOf(workload)}
              >
                Choose {workload.name}
              </Button>
            ) : (
              <Link to={`/services/${workload.service}`}>Declared as {workload.service}</Link>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
