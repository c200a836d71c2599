# The published image of the same Traefik, for machines with a registry: see parts/traefik-image.yaml.
FROM traefik:v3.5.3
COPY traefik.yaml /etc/traefik/traefik.yaml
COPY dynamic /etc/traefik/dynamic
COPY --from=localhost/sintoma/tls / /etc/tls/
EXPOSE 80 443
