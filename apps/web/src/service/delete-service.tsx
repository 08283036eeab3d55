import type { ServiceSummary } from '@lastgood/api-client';
import { useDeleteService } from '@lastgood/api-client/queries';
import { IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { makeStale } from '../live/stale-keys.ts';
import { ActionPopover } from '../run/action-popover.tsx';
import { showProblem } from '../shell/problem-toast.tsx';

/** Ends the following of a service, after it has said what that leaves behind. */
export function DeleteService({ summary }: { summary: ServiceSummary }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useDeleteService({
    mutation: {
      onError: showProblem,
      onSuccess: async () => {
        await navigate('/services');
        await makeStale(queries, { resource: 'service', id: summary.key });
      },
    },
  });
  const { cluster, namespace, name } = summary;
  const isActive = summary.standing.state === 'rolling_back';
  return (
    <ActionPopover
      word="Delete the service"
      confirm={`Delete ${name}`}
      icon={<IconTrash size="1rem" />}
      action={{
        allowed: !isActive,
        whyNot: isActive ? 'A rollback of it is under way: wait for its end, or stop it first.' : null,
        leavesBehind:
          'Lastgood follows it no more. Nothing in its cluster is touched, its history stays, and declaring it again brings it back.',
      }}
      pending={remove.isPending}
      onConfirm={(_reason, done) => remove.mutate({ cluster, namespace, name }, { onSuccess: done })}
    />
  );
}
