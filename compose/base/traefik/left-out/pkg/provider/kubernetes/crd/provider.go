package crd

import (
	"errors"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	"github.com/traefik/traefik/v3/pkg/safe"
)

type Provider struct{}

func (*Provider) Init() error { return errors.New("this build has no provider for Kubernetes") }

func (*Provider) Provide(chan<- dynamic.Message, *safe.Pool) error { return nil }

func (*Provider) FillExtensionBuilderRegistry(any) {}
