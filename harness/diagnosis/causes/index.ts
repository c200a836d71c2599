// Written by `npm run generate` from the files of harness/diagnosis/causes.
import type { CauseId } from '../../causes/causes.ts';
import type { CauseDefinition } from '../cause.ts';
import bundleLocalhost from './page/bundle-localhost.ts';
import bundleStale from './page/bundle-stale.ts';
import bundleVariableUnset from './page/bundle-variable-unset.ts';
import bundleWrongHost from './page/bundle-wrong-host.ts';
import bundleWrongPort from './page/bundle-wrong-port.ts';
import clientEffectChurn from './page/client-effect-churn.ts';
import clientNoReconnect from './page/client-no-reconnect.ts';
import clientProtocolMismatch from './page/client-protocol-mismatch.ts';
import clientUiFilter from './page/client-ui-filter.ts';
import cspBlocksConnect from './page/csp-blocks-connect.ts';
import eventNameMismatch from './page/event-name-mismatch.ts';
import hstsUpgrade from './page/hsts-upgrade.ts';
import localNetworkAccess from './page/local-network-access.ts';
import mixedContent from './page/mixed-content.ts';
import pageStaleCache from './page/page-stale-cache.ts';
import transportNoFallback from './page/transport-no-fallback.ts';
import dnsNoRecord from './dns/dns-no-record.ts';
import dnsWrongHost from './dns/dns-wrong-host.ts';
import edgePortClosed from './edge/edge-port-closed.ts';
import edgePortUnserved from './edge/edge-port-unserved.ts';
import edgeSilent from './edge/edge-silent.ts';
import tlsCertificateExpired from './edge/tls-certificate-expired.ts';
import tlsCertificateName from './edge/tls-certificate-name.ts';
import tlsCertificateUntrusted from './edge/tls-certificate-untrusted.ts';
import tlsHttp2Only from './edge/tls-http2-only.ts';
import tlsPlainMismatch from './edge/tls-plain-mismatch.ts';
import tlsPortClosed from './edge/tls-port-closed.ts';
import proxyAccessDenied from './proxy/proxy-access-denied.ts';
import proxyAuthGate from './proxy/proxy-auth-gate.ts';
import proxyBuffersStream from './proxy/proxy-buffers-stream.ts';
import proxyConnectionLimit from './proxy/proxy-connection-limit.ts';
import proxyHostRewritten from './proxy/proxy-host-rewritten.ts';
import proxyHostUnknown from './proxy/proxy-host-unknown.ts';
import proxyIdleTimeout from './proxy/proxy-idle-timeout.ts';
import proxyNoStickiness from './proxy/proxy-no-stickiness.ts';
import proxyPathStripped from './proxy/proxy-path-stripped.ts';
import proxyRedirectsWebsocket from './proxy/proxy-redirects-websocket.ts';
import proxyRouteMissing from './proxy/proxy-route-missing.ts';
import proxySchemeNotForwarded from './proxy/proxy-scheme-not-forwarded.ts';
import proxyStaleUpstream from './proxy/proxy-stale-upstream.ts';
import proxyStripsExtensions from './proxy/proxy-strips-extensions.ts';
import proxyUpgradeMissing from './proxy/proxy-upgrade-missing.ts';
import proxyUpstreamTls from './proxy/proxy-upstream-tls.ts';
import proxyWrongUpstream from './proxy/proxy-wrong-upstream.ts';
import backendBasePath from './backend/backend-base-path.ts';
import backendEndpointMissing from './backend/backend-endpoint-missing.ts';
import backendLoopbackBind from './backend/backend-loopback-bind.ts';
import backendNotStarted from './backend/backend-not-started.ts';
import backendWrongPath from './backend/backend-wrong-path.ts';
import backendWsUnsupported from './backend/backend-ws-unsupported.ts';
import connectionLimit from './backend/connection-limit.ts';
import containerOldImage from './backend/container-old-image.ts';
import payloadTooLarge from './backend/payload-too-large.ts';
import upgradeAnsweredTwice from './backend/upgrade-answered-twice.ts';
import upstreamDown from './backend/upstream-down.ts';
import upstreamSilent from './backend/upstream-silent.ts';
import appKeyMismatch from './policy/app-key-mismatch.ts';
import authMissing from './policy/auth-missing.ts';
import authRejected from './policy/auth-rejected.ts';
import backendHostRefused from './policy/backend-host-refused.ts';
import channelAuthUnrouted from './policy/channel-auth-unrouted.ts';
import corsHeaderMissing from './policy/cors-header-missing.ts';
import corsOriginMissing from './policy/cors-origin-missing.ts';
import corsWildcardCredentials from './policy/cors-wildcard-credentials.ts';
import namespaceInvalid from './policy/namespace-invalid.ts';
import socketioPathMismatch from './policy/socketio-path-mismatch.ts';
import subprotocolUnanswered from './policy/subprotocol-unanswered.ts';
import wsOriginRejected from './policy/ws-origin-rejected.ts';
import alertWebhookUnrouted from './publisher/alert-webhook-unrouted.ts';
import publisherDriverOff from './publisher/publisher-driver-off.ts';
import publisherUnreachableBroker from './publisher/publisher-unreachable-broker.ts';
import publisherWorkerStopped from './publisher/publisher-worker-stopped.ts';
import scrapeTargetDown from './publisher/scrape-target-down.ts';
import brokerDown from './broker/broker-down.ts';
import brokerMissing from './broker/broker-missing.ts';
import workersIsolated from './broker/workers-isolated.ts';

/** All causes, hop by hop. */
export const CAUSES: { readonly [Id in CauseId]: CauseDefinition<Id> } = {
  'bundle-localhost': bundleLocalhost,
  'bundle-stale': bundleStale,
  'bundle-variable-unset': bundleVariableUnset,
  'bundle-wrong-host': bundleWrongHost,
  'bundle-wrong-port': bundleWrongPort,
  'client-effect-churn': clientEffectChurn,
  'client-no-reconnect': clientNoReconnect,
  'client-protocol-mismatch': clientProtocolMismatch,
  'client-ui-filter': clientUiFilter,
  'csp-blocks-connect': cspBlocksConnect,
  'event-name-mismatch': eventNameMismatch,
  'hsts-upgrade': hstsUpgrade,
  'local-network-access': localNetworkAccess,
  'mixed-content': mixedContent,
  'page-stale-cache': pageStaleCache,
  'transport-no-fallback': transportNoFallback,
  'dns-no-record': dnsNoRecord,
  'dns-wrong-host': dnsWrongHost,
  'edge-port-closed': edgePortClosed,
  'edge-port-unserved': edgePortUnserved,
  'edge-silent': edgeSilent,
  'tls-certificate-expired': tlsCertificateExpired,
  'tls-certificate-name': tlsCertificateName,
  'tls-certificate-untrusted': tlsCertificateUntrusted,
  'tls-http2-only': tlsHttp2Only,
  'tls-plain-mismatch': tlsPlainMismatch,
  'tls-port-closed': tlsPortClosed,
  'proxy-access-denied': proxyAccessDenied,
  'proxy-auth-gate': proxyAuthGate,
  'proxy-buffers-stream': proxyBuffersStream,
  'proxy-connection-limit': proxyConnectionLimit,
  'proxy-host-rewritten': proxyHostRewritten,
  'proxy-host-unknown': proxyHostUnknown,
  'proxy-idle-timeout': proxyIdleTimeout,
  'proxy-no-stickiness': proxyNoStickiness,
  'proxy-path-stripped': proxyPathStripped,
  'proxy-redirects-websocket': proxyRedirectsWebsocket,
  'proxy-route-missing': proxyRouteMissing,
  'proxy-scheme-not-forwarded': proxySchemeNotForwarded,
  'proxy-stale-upstream': proxyStaleUpstream,
  'proxy-strips-extensions': proxyStripsExtensions,
  'proxy-upgrade-missing': proxyUpgradeMissing,
  'proxy-upstream-tls': proxyUpstreamTls,
  'proxy-wrong-upstream': proxyWrongUpstream,
  'backend-base-path': backendBasePath,
  'backend-endpoint-missing': backendEndpointMissing,
  'backend-loopback-bind': backendLoopbackBind,
  'backend-not-started': backendNotStarted,
  'backend-wrong-path': backendWrongPath,
  'backend-ws-unsupported': backendWsUnsupported,
  'connection-limit': connectionLimit,
  'container-old-image': containerOldImage,
  'payload-too-large': payloadTooLarge,
  'upgrade-answered-twice': upgradeAnsweredTwice,
  'upstream-down': upstreamDown,
  'upstream-silent': upstreamSilent,
  'app-key-mismatch': appKeyMismatch,
  'auth-missing': authMissing,
  'auth-rejected': authRejected,
  'backend-host-refused': backendHostRefused,
  'channel-auth-unrouted': channelAuthUnrouted,
  'cors-header-missing': corsHeaderMissing,
  'cors-origin-missing': corsOriginMissing,
  'cors-wildcard-credentials': corsWildcardCredentials,
  'namespace-invalid': namespaceInvalid,
  'socketio-path-mismatch': socketioPathMismatch,
  'subprotocol-unanswered': subprotocolUnanswered,
  'ws-origin-rejected': wsOriginRejected,
  'alert-webhook-unrouted': alertWebhookUnrouted,
  'publisher-driver-off': publisherDriverOff,
  'publisher-unreachable-broker': publisherUnreachableBroker,
  'publisher-worker-stopped': publisherWorkerStopped,
  'scrape-target-down': scrapeTargetDown,
  'broker-down': brokerDown,
  'broker-missing': brokerMissing,
  'workers-isolated': workersIsolated,
};
