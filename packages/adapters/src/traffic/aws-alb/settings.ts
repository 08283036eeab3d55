import { Address, MapOf } from '@lastgood/domain/bounds';
import Type from 'typebox';
import { awsSettings } from '../../aws/aws-settings.ts';

/** Settings of the load balancers of one account in one region, as the configuration writes them. */
export const awsAlbSettings = Type.Object(
  {
    ...awsSettings,
    routes: MapOf(
      Address({
        pattern: '^arn:[a-z0-9-]+:elasticloadbalancing:[^:]*:[0-9]{12}:(listener|listener-rule)/\\S+$',
      }),
      1_000,
      {
        description:
          'Name, as services use it, to the ARN of the listener rule that splits the traffic, or of the listener whose ' +
          'default action does',
      },
    ),
    emptyBy: Type.Optional(
      Type.Union([Type.Literal('auto'), Type.Literal('weight'), Type.Literal('removal')], {
        default: 'auto',
        description:
          'How a target group is emptied. `weight`: weight 0; clients who stick to the group stay until that ends. `removal`: it ' +
          'is taken out of the action, and they leave too. `auto`: removal where group stickiness is on, else weight',
      }),
    ),
    trustUnchecked: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Take targets whose health checks are disabled for ready, such as functions',
      }),
    ),
  },
  { additionalProperties: false },
);

/** With the name the configuration gives it. */
export type AwsAlbSettings = Type.Static<typeof awsAlbSettings> & { name: string };

/** Else it is a rule of one. */
export const isListener = (arn: string) => arn.includes(':listener/');
