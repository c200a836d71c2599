<?php

namespace Pusher;

use GuzzleHttp\Client;
use GuzzleHttp\ClientInterface;
use GuzzleHttp\Exception\ConnectException;
use JsonException;
use Psr\Log\LoggerInterface;

/**
 * STAND-IN for pusher/pusher-php-server 7.2, which no Debian package has and which comes from
 * Packagist alone. It has what Laravel's own PusherBroadcaster calls: sign and POST an event over
 * Guzzle, sign a subscription; and it fails with the same exceptions and texts.
 *
 * @see https://pusher.com/docs/channels/library_auth_reference/rest-api/
 */
class Pusher
{
    private const TIMEOUT_SECONDS = 30;

    private readonly ClientInterface $client;

    private ?LoggerInterface $logger = null;

    public function __construct(
        private readonly string $key,
        private readonly string $secret,
        private readonly string $appId,
        private readonly array $options = [],
        ?ClientInterface $client = null,
    ) {
        $this->client = $client ?? new Client;
    }

    public function setLogger(LoggerInterface $logger): void
    {
        $this->logger = $logger;
    }

    public function getSettings(): array
    {
        return $this->options + ['auth_key' => $this->key, 'secret' => $this->secret, 'app_id' => $this->appId];
    }

    /**
     * @throws ApiErrorException when the broker cannot be reached or refuses the event
     * @throws PusherException when it accepts with an answer that is not JSON
     */
    public function trigger(array|string $channels, string $event, mixed $data, array $params = []): object
    {
        $body = json_encode([
            'name' => $event,
            'data' => json_encode($data, JSON_THROW_ON_ERROR),
            'channels' => array_values((array) $channels),
        ] + $params, JSON_THROW_ON_ERROR);

        return $this->post('/events', $body);
    }

    /** The JSON that lets a socket subscribe to a private channel. */
    public function authorizeChannel(string $channel, string $socketId, ?string $customData = null): string
    {
        if (preg_match('/\A\d+\.\d+\z/', $socketId) !== 1) {
            throw new PusherException("Invalid socket ID {$socketId}");
        }

        $toSign = $customData === null ? "{$socketId}:{$channel}" : "{$socketId}:{$channel}:{$customData}";
        $answer = ['auth' => $this->key.':'.$this->sign($toSign)];

        if ($customData !== null) {
            $answer['channel_data'] = $customData;
        }

        return json_encode($answer, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES);
    }

    public function authorizePresenceChannel(string $channel, string $socketId, string $userId, mixed $userInfo = null): string
    {
        return $this->authorizeChannel($channel, $socketId, json_encode(['user_id' => $userId, 'user_info' => $userInfo]));
    }

    private function post(string $resource, string $body): object
    {
        $path = "/apps/{$this->appId}{$resource}";
        $query = [
            'auth_key' => $this->key,
            'auth_timestamp' => (string) time(),
            'auth_version' => '1.0',
            'body_md5' => md5($body),
        ];
        $query['auth_signature'] = $this->sign("POST\n{$path}\n".urldecode(http_build_query($query)));

        $url = "{$this->options['scheme']}://{$this->options['host']}:{$this->options['port']}{$path}";
        $this->logger?->info("POST {$url}");

        try {
            $response = $this->client->request('POST', $url, [
                'query' => $query,
                'body' => $body,
                'headers' => ['Content-Type' => 'application/json'],
                'http_errors' => false,
                'timeout' => self::TIMEOUT_SECONDS,
            ]);
        } catch (ConnectException $e) {
            throw new ApiErrorException($e->getMessage());
        }

        $answer = (string) $response->getBody();

        if ($response->getStatusCode() !== 200) {
            throw new ApiErrorException($answer, $response->getStatusCode());
        }

        try {
            return json_decode($answer, false, 512, JSON_THROW_ON_ERROR);
        } catch (JsonException) {
            throw new PusherException('Data decoding error.');
        }
    }

    private function sign(string $text): string
    {
        return hash_hmac('sha256', $text, $this->secret);
    }
}
