import { cause } from '../../cause.ts';
import { lostMessageTable } from '../../families/lost-message.ts';
import { failsOnHandshakes } from '../../facts/handshake-errors.ts';
import { badNews, brokerInApi } from '../../facts/health-answers.ts';
import { label } from '../../facts/sentences.ts';
import { likely, possible, proven } from '../../finding.ts';
import { examine } from '../../families/table.ts';
import { isRealtime, type Symptom } from '../../targets/target.ts';

/** So servers that hand messages on to a broker say that they have lost it; Spring: “Broker not available.”. */
const BROKER_WORDS =
  /\b(broker|redis|rabbitmq|activemq|kafka|nats) (is )?(not available|unavailable|down|offline|unreachable)\b|\bconnection to (the )?(broker|redis|rabbitmq|activemq|kafka|nats)( \S+)? (was |has been )?(closed|lost|refused)\b/i;

/** The application throws where it takes a connection: before it accepts a handshake, or after. */
const fails = (symptom: Symptom | undefined): boolean =>
  (symptom?.is === 'status' && symptom.status === 500) || (symptom?.is === 'closed' && symptom.code === 1011);

export default cause({
  id: 'broker-down',
  hop: 'broker',
  sentence: 'The broker of the real-time servers cannot be reached.',
  proof:
    'Sockets connect and subscribe, publishing is accepted, a message reaches at most the clients of one server, and health or readiness answers name the broker.',
  lookAlikes: ['broker-missing', 'publisher-worker-stopped', 'publisher-driver-off', 'workers-isolated'],
  repair: 'Start the broker, check its address, and watch it.',
  examineTarget: (context, target) => {
    const { symptom } = target;
    if (symptom?.is === 'refused' && BROKER_WORDS.test(symptom.text))
      return proven(`the server says: ${symptom.text.slice(0, 140)}`);
    // Who joins a group of the broker while it takes a connection fails without it.
    if (!isRealtime(target) || !fails(symptom)) return undefined;
    const told = brokerInApi(context) ?? badNews(context, 'broker');
    if (told) return likely(`the application fails at ${label(target)}, and ${told}`);
    const failure = failsOnHandshakes(context, target);
    return failure && possible(...failure);
  },
  examineVisit: (context) => examine(lostMessageTable, 'broker-down', context),
});
