package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
)

// owned says to whom objects belong.
type owned struct {
	owner string
}

func (*owned) Supports(construct constructs.IConstruct) *bool {
	return cdk8s.ApiObject_IsApiObject(construct)
}

func (mixin *owned) ApplyTo(construct constructs.IConstruct) {
	cdk8s.ApiObject_Of(construct).Metadata().AddLabel(jsii.String("owner"), &mixin.owner)
}
