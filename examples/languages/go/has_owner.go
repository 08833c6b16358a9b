package main

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/truekeel/truekeel-go/truekeel"
)

// hasOwner asks that somebody answers for each Deployment.
type hasOwner struct {
	truekeel.Policy
}

func newHasOwner() truekeel.Policy {
	policy := &hasOwner{}
	truekeel.NewPolicy_Override(policy, jsii.String("has-owner"), nil)
	return policy
}

func (*hasOwner) CheckObject(checked truekeel.PolicyObject) *[]*truekeel.PolicyFinding {
	if *checked.Kind() != "Deployment" || owner(checked) != nil {
		return &[]*truekeel.PolicyFinding{}
	}
	return &[]*truekeel.PolicyFinding{{
		Message: jsii.String(`has no label "owner"`),
		Field:   jsii.String("metadata.labels"),
		Hint:    jsii.String("Name your team."),
	}}
}

func owner(checked truekeel.PolicyObject) any {
	manifest, _ := checked.Manifest().(object)
	metadata, _ := manifest["metadata"].(object)
	labels, _ := metadata["labels"].(object)
	return labels["owner"]
}
