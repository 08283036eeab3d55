import { drawIncident } from '@lastgood/domain';
import { IdParams } from '../../wire/named.ts';
import { noDeployment } from '../deployments/no-deployment.ts';
import { defineEndpoint } from '../endpoint.ts';
import { toIncidentView } from './incident-dto.ts';
import { IncidentView } from './incident-schema.ts';

export const incidentView = defineEndpoint({
  operationId: 'incidentView',
  method: 'GET',
  url: '/incidents/:id',
  lane: 'reading',
  tag: 'overview',
  summary: 'What happened together with a deployment, as lanes on one time axis',
  description:
    'The id is that of a deployment; a rollback leads to what it took back. Services belong together when one depends on the other, both depend on a third, one run takes both back or one pipeline brought both, and their trouble overlaps within `marginSeconds`.',
  params: IdParams,
  answer: IncidentView,
  async handle({ store }, { params: { id } }) {
    const row = await store.views.incident(id);
    const incident = row && drawIncident(row.facts);
    if (!row || !incident) throw noDeployment(id);
    return toIncidentView(incident, row);
  },
});
